import Backends
import Tensors

/// A tensor that a kernel computed, in plain numbers.
public struct ComputedTensor: Sendable, Equatable {
  /// What the tensor is to the operation.
  public enum Role: String, Sendable, CaseIterable {
    case output
    case weightGradient = "weight gradient"
    case biasGradient = "bias gradient"
    case inputGradient = "input gradient"
  }

  /// What the tensor is to the operation.
  public let role: Role
  /// The numbers.
  public let values: Tensor<Double>
  /// The type that the kernel stored them in.
  public let elementType: ElementType
}

/// What a kernel made of a case.
public struct KernelOutcome: Sendable {
  /// The tensors in the order in which they are computed; the output alone where nothing else was asked for.
  public var tensors: [ComputedTensor]
  /// What the operation keeps, after the forward pass.
  public var state: [Tensor<Double>]
  /// What the kernel says that it uses.
  public var implementation: String
  /// The algorithm that the kernel of a convolution declares.
  public var algorithm: ConvolutionAlgorithm?
  /// Broken promises about memory, a line each: writes beyond an end, changed inputs, padding that is not zero.
  public var defects: [String]

  /// The numbers of one tensor; nil if it was not computed.
  ///
  /// - Parameter role: What the tensor is to the operation.
  /// - Returns: Its numbers.
  public func values(_ role: ComputedTensor.Role) -> Tensor<Double>? {
    tensors.first { $0.role == role }?.values
  }
}
