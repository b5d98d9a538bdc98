import Tensors

/// The numeric precision a network computes in.
public enum Precision: String, Sendable, Codable, CaseIterable {
  case float32
  case bfloat16 = "bf16"
  case float64

  /// The element type of activations and their gradients.
  public var activationType: ElementType {
    switch self {
    case .float32: .float32
    case .bfloat16: .bfloat16
    case .float64: .float64
    }
  }

  /// The element type of the parameters that the optimizer updates, and of their gradients.
  public var parameterType: ElementType {
    self == .float64 ? .float64 : .float32
  }
}
