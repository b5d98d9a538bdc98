import CKernels
import Operations
import Tensors

/// Max pooling over planes with any number of lanes; NaN and ties are treated as in PyTorch.
///
/// The forward pass saves for each output which tap of its window won, in 16 bits.
final class MaxPoolingKernel: Kernel {
  /// The kernel's requirements.
  let requirements: KernelRequirements
  private let pooling: ck_pooling
  private let threads: Int32
  private let savesTaps: Bool
  private var memory: KernelMemory?

  /// Creates the kernel.
  ///
  /// - Parameters:
  ///   - geometry: The sizes.
  ///   - layout: The layout of the input; the output is stored the same way.
  ///   - output: The output's layout as the backend describes it.
  ///   - isTraining: Whether a backward pass will follow.
  ///   - threads: The threads to use.
  init(
    _ geometry: PoolingGeometry, layout: PlaneLayout, output: Layout, isTraining: Bool, threads: ThreadPool
  ) {
    pooling = ck_pooling(geometry, countsPadding: false, planes: layout, type: output.elementType)
    self.threads = Int32(threads.count)
    savesTaps = isTraining
    requirements = KernelRequirements(
      output: output, savedByteCount: isTraining ? output.storedCount * MemoryLayout<UInt16>.stride : 0,
      implementation: "max pooling, \(layout.lanes) lanes")
  }

  /// Binds the kernel to its memory.
  func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  /// Computes the output from the input.
  func forward(_ context: RunContext) {
    guard let memory else { return }
    let taps = savesTaps ? memory.saved.assumingMemoryBound(to: UInt16.self) : nil
    withUnsafePointer(to: pooling) { ck_max_pooling($0, memory.input, memory.output, taps, threads) }
  }

  /// Computes the gradient of the input from that of the output.
  func inputGradient(_ context: RunContext) {
    guard let memory, let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient
    else { return }
    let taps = memory.saved.assumingMemoryBound(to: UInt16.self)
    withUnsafePointer(to: pooling) {
      ck_max_pooling_gradient($0, outputGradient, taps, inputGradient, threads)
    }
  }
}

extension Common {
  /// The row of max pooling, for any layout in runs of channels.
  ///
  /// - Returns: The row of a backend's table.
  public static func maxPooling() -> OperationTable.KernelRow<PoolingGeometry> {
    .init(owner, "runs of channels, saves taps") { request, geometry in
      MaxPoolingKernel(
        geometry, layout: try request.input.planes(),
        output: try request.input.reshaped(geometry.outputShape),
        isTraining: request.isTraining, threads: request.threads)
    }
  }
}
