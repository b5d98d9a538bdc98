import Backends
import Tensors

/// A tensor that a kernel computed, in plain numbers.
package struct ComputedTensor: Sendable, Equatable {
  /// The tensor's role in the operation.
  package enum Role: String, Sendable, CaseIterable {
    case output
    case weightGradient = "weight gradient"
    case biasGradient = "bias gradient"
    case inputGradient = "input gradient"
  }

  /// The tensor's role in the operation.
  package let role: Role
  /// The numbers.
  package let values: Tensor<Double>
  /// The type that the kernel stored them in.
  package let elementType: ElementType
}

/// The results of a kernel for a case.
package struct KernelOutcome: Sendable {
  /// The tensors in the order in which they are computed; only the output if nothing else was requested.
  package var tensors: [ComputedTensor]
  /// The operation's state after the forward pass.
  package var state: [Tensor<Double>]
  /// The implementation that the kernel reports.
  package var implementation: String
  /// The algorithm that the kernel of a convolution declares.
  package var algorithm: ConvolutionAlgorithm?
  /// Violations of the memory contract, a line each: writes beyond an end, changed inputs, padding that is not zero.
  package var defects: [String]

  /// The numbers of one tensor; nil if it was not computed.
  ///
  /// - Parameter role: The tensor's role in the operation.
  /// - Returns: Its numbers.
  package func values(_ role: ComputedTensor.Role) -> Tensor<Double>? {
    tensors.first { $0.role == role }?.values
  }
}
