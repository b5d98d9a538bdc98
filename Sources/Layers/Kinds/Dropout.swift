import Operations
import Tensors

/// Dropout: in training, each element is dropped with some probability and the others are scaled up (section 5.6).
public struct Dropout: OperationLayer {
  /// `Dropout`.
  public static let kind = "Dropout"

  /// The probability that an element is dropped.
  public var probability: Double

  /// Creates a dropout layer.
  public init(_ probability: Double = 0.5) {
    self.probability = probability
  }

  /// The operation for an input of this shape.
  ///
  /// - Parameter input: The shape, batch included.
  /// - Returns: The operation with all sizes.
  /// - Throws: `GeometryError` if the input does not fit.
  public func operation(input: Shape) throws -> TensorOperation {
    guard (0...1).contains(probability) else {
      throw GeometryError.invalidArgument(
        name: "probability", reason: "its probability is \(probability); it must be between 0 and 1")
    }
    return .dropout(input, probability: probability)
  }
}
