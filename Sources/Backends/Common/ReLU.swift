import CKernels
import Operations
import Tensors

/// max(x, 0) over memory of any layout; NaN is kept.
final class ReLUKernel: Kernel {
  /// The kernel's requirements.
  let requirements: KernelRequirements
  private let rectifier: Rectifier
  private var memory: KernelMemory?

  /// Creates the kernel; the output has the input's layout.
  init(layout: Layout, threads: ThreadPool) {
    rectifier = Rectifier(layout, threads: threads)
    requirements = KernelRequirements(
      output: layout, placement: .mayOverwriteInput, readsOutputInBackward: true, implementation: "ReLU")
  }

  /// Binds the kernel to its memory.
  func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  /// Computes the output from the input.
  func forward(_ context: RunContext) {
    guard let memory else { return }
    rectifier.rectify(memory.input, into: memory.output)
  }

  /// Computes the gradient of the input from that of the output.
  func inputGradient(_ context: RunContext) {
    guard let memory, let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient
    else { return }
    rectifier.maskGradient(outputGradient, byOutput: memory.output, into: inputGradient)
  }
}

/// The loops of ReLU, which a kernel that fuses it runs over its own output.
package struct Rectifier: Sendable {
  private let type: ck_element
  private let count: Int
  private let threads: Int32

  /// Creates the loops over all elements of a layout, padding included.
  package init(_ layout: Layout, threads: ThreadPool) {
    type = ck_element(layout.elementType)
    count = layout.storedCount
    self.threads = Int32(threads.count)
  }

  /// Computes the output; it may be stored over the input.
  package func rectify(_ input: UnsafeMutableRawPointer, into output: UnsafeMutableRawPointer) {
    ck_relu(type, input, output, count, threads)
  }

  /// Passes the gradient where the output is positive or NaN; the gradients may share their memory.
  package func maskGradient(
    _ outputGradient: UnsafeMutableRawPointer, byOutput output: UnsafeMutableRawPointer,
    into inputGradient: UnsafeMutableRawPointer
  ) {
    ck_relu_gradient(type, output, outputGradient, inputGradient, count, threads)
  }
}

extension ck_element {
  /// The type in the loops' terms: bfloat16, or float32 for everything else.
  init(_ type: ElementType) {
    self = type == .bfloat16 ? CK_BFLOAT16 : CK_FLOAT32
  }
}

extension Common {
  /// The row of ReLU, for any layout.
  ///
  /// - Returns: The row of a backend's table.
  public static func relu() -> OperationTable.KernelRow<Shape> {
    .init(owner, "elementwise, in place") { request, _ in
      ReLUKernel(layout: request.input, threads: request.threads)
    }
  }
}
