import Backends
import CKernels
import Operations
import Tensors

/// Average pooling over planes of any lanes.
public final class AveragePooling: Kernel {
  /// What it needs and gives.
  public let requirements: KernelRequirements
  private let pooling: ck_pooling
  private let threads: Int32
  private var memory: KernelMemory?

  /// Makes the kernel.
  ///
  /// - Parameters:
  ///   - geometry: The sizes.
  ///   - countsPadding: Whether padding counts as zeros.
  ///   - layout: How the input lies; the output lies likewise.
  ///   - output: The layout of the output as the backend describes it.
  ///   - threads: The threads to use.
  public init(
    _ geometry: PoolingGeometry, countsPadding: Bool, layout: PlaneLayout, output: Layout,
    threads: ThreadPool
  ) {
    pooling = ck_pooling(
      geometry, countsPadding: countsPadding, planes: layout, type: output.elementType)
    self.threads = Int32(threads.count)
    requirements = KernelRequirements(
      output: output, implementation: "average pooling, \(layout.lanes) lanes")
  }

  /// Takes the memory that it will work on.
  public func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  /// Computes the output from the input.
  public func forward(_ pass: Pass) {
    guard let memory else { return }
    withUnsafePointer(to: pooling) { ck_average_pooling($0, memory.input, memory.output, threads) }
  }

  /// Computes the gradient of the input from that of the output.
  public func inputGradient(_ pass: Pass) {
    guard let memory, let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient
    else { return }
    withUnsafePointer(to: pooling) { ck_average_pooling_gradient($0, outputGradient, inputGradient, threads) }
  }
}
