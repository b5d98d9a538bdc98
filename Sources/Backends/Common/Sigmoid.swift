import CKernels
import Operations
import Tensors

/// 1 / (1 + exp(−x)) over memory that is plain or stores channels in runs; NaN is kept.
///
/// In float32 the relative error of an output is less than 2⁻²² (3.01 · 2⁻²⁴ at most over all float32 numbers;
/// `sigmoid.c` gives the reasons), and so is that of a gradient computed from the output. In bfloat16 both are rounded
/// once more.
final class SigmoidKernel: Kernel {
  /// The kernel's requirements.
  let requirements: KernelRequirements
  private let type: ck_element
  private let count: Int
  /// The lanes that belong to no channel, whose zeros would become 1/2; nil if there are none.
  private let padded: ck_padded_lanes?
  private let threads: Int32
  private var memory: KernelMemory?

  /// Creates the kernel; the output has the input's layout, whose planes are given.
  init(layout: Layout, planes: PlaneLayout, threads: ThreadPool) {
    type = ck_element(layout.elementType)
    count = layout.storedCount
    padded =
      planes.hasPadding
      ? ck_padded_lanes(
        images: planes.batch, channels: planes.channels, pixels: count / max(planes.planes * planes.lanes, 1),
        lanes: planes.lanes) : nil
    self.threads = Int32(threads.count)
    requirements = KernelRequirements(
      output: layout, placement: .mayOverwriteInput, readsOutputInBackward: true, implementation: "sigmoid")
  }

  /// Binds the kernel to its memory.
  func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  /// Computes the output from the input.
  func forward(_ context: RunContext) {
    guard let memory else { return }
    ck_sigmoid(type, memory.input, memory.output, count, threads)
    guard let padded else { return }
    withUnsafePointer(to: padded) { ck_clear_padded_lanes(type, $0, memory.output, threads) }
  }

  /// Computes the gradient of the input from the output and its gradient; where both are 0 it is 0.
  func inputGradient(_ context: RunContext) {
    guard let memory, let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient
    else { return }
    ck_sigmoid_gradient(type, memory.output, outputGradient, inputGradient, count, threads)
  }
}

extension Common {
  /// The row of the sigmoid, for plain layouts and those that store channels in runs.
  ///
  /// - Returns: The row of a backend's table.
  public static func sigmoid() -> OperationTable.KernelRow<Shape> {
    .init(owner, "elementwise, in place") { request, _ in
      SigmoidKernel(layout: request.input, planes: try request.input.planes(), threads: request.threads)
    }
  }
}
