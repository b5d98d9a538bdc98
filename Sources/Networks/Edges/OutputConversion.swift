import Backends
import Tensors

/// Turns the last layer's output into plain float32 (float64 in that precision), and the gradient back: what the
/// loss and everybody outside of the network reads.
final class OutputConversion: Kernel {
  let requirements: KernelRequirements
  private let outward: any TensorCopy
  private let inward: any TensorCopy
  private var memory: KernelMemory?

  /// - Returns: nil where the output is plain and of that type as it is.
  init?(of output: Layout, precision: Precision, backend: any Backend) throws {
    let plain = Layout(plain: output.shape, precision.parameterType)
    guard output != plain else { return nil }
    outward = try backend.makeCopy(from: output, to: plain)
    inward = try backend.makeCopy(from: plain, to: output)
    requirements = KernelRequirements(output: plain, implementation: "copy of \(output)")
  }

  func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  func forward(_ pass: Pass) throws {
    guard let memory else { return }
    try outward.run(memory.input, to: memory.output)
  }

  func inputGradient(_ pass: Pass) throws {
    guard let memory, let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient
    else { return }
    try inward.run(outputGradient, to: inputGradient)
  }
}
