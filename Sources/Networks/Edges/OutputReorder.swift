import Backends
import Tensors

/// Reorders the last layer's output to plain float32 (float64 in that precision), and the gradient back.
///
/// The loss and everything outside the network reads the plain output.
final class OutputReorder: Kernel {
  let requirements: KernelRequirements
  private let outward: any Reorder
  private let inward: any Reorder
  private var memory: KernelMemory?

  /// - Returns: nil if the output is already plain and of that type.
  init?(of output: Layout, precision: Precision, backend: any Backend) throws {
    let plain = Layout(plain: output.shape, precision.parameterType)
    guard output != plain else { return nil }
    outward = try backend.makeReorder(from: output, to: plain)
    inward = try backend.makeReorder(from: plain, to: output)
    requirements = KernelRequirements(output: plain, implementation: "reorder of \(output)")
  }

  func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  func forward(_ context: RunContext) throws {
    guard let memory else { return }
    try outward.run(memory.input, to: memory.output)
  }

  func inputGradient(_ context: RunContext) throws {
    guard let memory, let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient
    else { return }
    try inward.run(outputGradient, to: inputGradient)
  }
}
