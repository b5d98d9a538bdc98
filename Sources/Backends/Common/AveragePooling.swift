import CKernels
import Operations
import Tensors

/// Average pooling over planes with any number of lanes.
final class AveragePoolingKernel: Kernel {
  /// The kernel's requirements.
  let requirements: KernelRequirements
  private let pooling: ck_pooling
  private let threads: Int32
  private var memory: KernelMemory?

  /// Creates the kernel.
  ///
  /// - Parameters:
  ///   - geometry: The sizes.
  ///   - countsPadding: Whether padding counts as zeros.
  ///   - layout: The layout of the input; the output is stored the same way.
  ///   - output: The output's layout as the backend describes it.
  ///   - threads: The threads to use.
  init(
    _ geometry: PoolingGeometry, countsPadding: Bool, layout: PlaneLayout, output: Layout,
    threads: ThreadPool
  ) {
    pooling = ck_pooling(
      geometry, countsPadding: countsPadding, planes: layout, type: output.elementType)
    self.threads = Int32(threads.count)
    requirements = KernelRequirements(
      output: output, implementation: "average pooling, \(layout.lanes) lanes")
  }

  /// Binds the kernel to its memory.
  func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  /// Computes the output from the input.
  func forward(_ context: RunContext) {
    guard let memory else { return }
    withUnsafePointer(to: pooling) { ck_average_pooling($0, memory.input, memory.output, threads) }
  }

  /// Computes the gradient of the input from that of the output.
  func inputGradient(_ context: RunContext) {
    guard let memory, let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient
    else { return }
    withUnsafePointer(to: pooling) { ck_average_pooling_gradient($0, outputGradient, inputGradient, threads) }
  }
}

extension Common {
  /// The row of average pooling, for any layout in runs of channels.
  ///
  /// - Returns: The row of a backend's table.
  public static func averagePooling() -> OperationTable.KernelRow<PoolingGeometry, Bool> {
    .init(owner, "runs of channels") { request, geometry, countsPadding in
      AveragePoolingKernel(
        geometry, countsPadding: countsPadding, layout: try request.input.planes(),
        output: try request.input.reshaped(geometry.outputShape), threads: request.threads)
    }
  }
}
