import Backends
import Tensors

/// A tensor that a kernel computed, in plain numbers.
public struct ComputedTensor: Sendable, Equatable {
  /// The tensor's role in the operation.
  public enum Role: String, Sendable, CaseIterable {
    case output
    case weightGradient = "weight gradient"
    case biasGradient = "bias gradient"
    case inputGradient = "input gradient"
  }

  /// The tensor's role in the operation.
  public let role: Role
  /// The numbers.
  public let values: Tensor<Double>
  /// The type that the kernel stored them in.
  public let elementType: ElementType
}

/// The results of a kernel for a case.
public struct KernelOutcome: Sendable {
  /// The tensors in the order in which they are computed; only the output if nothing else was requested.
  public var tensors: [ComputedTensor]
  /// The operation's state after the forward pass.
  public var state: [Tensor<Double>]
  /// The implementation that the kernel reports.
  public var implementation: String
  /// The algorithm that the kernel of a convolution declares.
  public var algorithm: ConvolutionAlgorithm?
  /// Violations of the memory contract, a line each: writes beyond an end, changed inputs, padding that is not zero.
  public var defects: [String]

  /// The numbers of one tensor; nil if it was not computed.
  ///
  /// - Parameter role: The tensor's role in the operation.
  /// - Returns: Its numbers.
  public func values(_ role: ComputedTensor.Role) -> Tensor<Double>? {
    tensors.first { $0.role == role }?.values
  }
}
