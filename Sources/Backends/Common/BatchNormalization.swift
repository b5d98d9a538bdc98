import CKernels
import Operations
import Tensors

/// Batch normalization over planes with any number of lanes, for a batch or a part of one; statistics in float64.
///
/// With m the number of values of a channel in the batch:
///
///     mean     = Σ x / m
///     variance = Σ (x − mean)² / m
///     scale    = 1 / √(variance + ε)
///     x̂        = (x − mean) · scale
final class BatchNormalizationKernel: BatchStatisticsKernel {
  let requirements: KernelRequirements
  private let geometry: BatchNormalizationGeometry
  private let normalization: ck_normalization
  private let threads: Int32
  private let isTraining: Bool
  private var memory: KernelMemory?

  init(
    _ geometry: BatchNormalizationGeometry, request: KernelRequest, planes: PlaneLayout, threads: ThreadPool
  ) {
    self.geometry = geometry
    normalization = ck_normalization(
      type: ck_element(request.input.elementType), images: geometry.batch, channels: geometry.channels,
      pixels: geometry.plane.area, lanes: planes.lanes)
    self.threads = Int32(threads.count)
    isTraining = request.isTraining
    let statisticsByteCount = geometry.channels * MemoryLayout<ck_statistics>.stride
    let sumsByteCount = 2 * geometry.channels * MemoryLayout<Double>.stride
    requirements = KernelRequirements(
      output: request.input,
      parameters: request.operation.parameters.map { Layout(plain: $0.shape, .float32) },
      placement: isTraining ? .separate : .mayOverwriteInput, readsInputInBackward: isTraining,
      savedByteCount: isTraining ? statisticsByteCount : 0,
      scratchByteCount: isTraining ? sumsByteCount : statisticsByteCount,
      implementation: "batch normalization, \(planes.lanes) lanes")
  }

  func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  func forward(_ context: RunContext) {
    guard let memory, let gamma = memory.weight, let beta = memory.bias else { return }
    if !context.isTraining {
      takeRunningStatistics(memory)
    } else if !context.hasBatchStatistics {
      takeOwn(.mean, memory)
      takeOwn(.variance, memory)
    }
    withUnsafePointer(to: normalization) {
      ck_normalize(
        $0, memory.input, gamma.assumingMemoryBound(to: Float.self),
        beta.assumingMemoryBound(to: Float.self), statistics(memory), memory.output, threads)
    }
  }

  func parameterGradients(_ context: RunContext) {
    guard let memory else { return }
    takeOwn(.gradients, memory)
  }

  func inputGradient(_ context: RunContext) {
    guard let memory, let gradient = memory.outputGradient, let inputGradient = memory.inputGradient,
      let gamma = memory.weight
    else { return }
    withUnsafePointer(to: normalization) {
      ck_normalize_input_gradient(
        $0, context.isTraining, memory.input, gradient, gamma.assumingMemoryBound(to: Float.self),
        statistics(memory), inputGradient, threads)
    }
  }

  // MARK: Statistics

  var sumCount: Int { 2 * geometry.channels }

  func sum(_ statistic: BatchStatistic, into sums: UnsafeMutablePointer<Double>) {
    guard let memory else { return }
    let channels = geometry.channels
    withUnsafePointer(to: normalization) { normalization in
      switch statistic {
      case .mean, .variance:
        ck_normalization_sums(
          normalization, memory.input, statistics(memory), statistic == .variance, sums, threads)
      case .gradients:
        guard let gradient = memory.outputGradient else { return }
        ck_normalization_gradient_sums(
          normalization, memory.input, gradient, statistics(memory), sums, sums + channels, threads)
        let dGamma = memory.weightGradient?.assumingMemoryBound(to: Float.self)
        let dBeta = memory.biasGradient?.assumingMemoryBound(to: Float.self)
        for channel in 0..<channels {
          dBeta?[channel] = Float(sums[channel])
          dGamma?[channel] = Float(sums[channels + channel])
        }
      }
    }
  }

  func take(
    _ statistic: BatchStatistic, from sums: UnsafePointer<Double>, images: Int, updatesState: Bool
  ) {
    guard let memory else { return }
    let statistics = statistics(memory)
    let values = Double(images * geometry.plane.area)
    for channel in 0..<geometry.channels {
      let mean = sums[channel] / values
      switch statistic {
      case .mean: statistics[channel].mean = mean
      case .variance: statistics[channel].scale = 1 / (mean + geometry.epsilon).squareRoot()
      case .gradients:
        statistics[channel].mean_gradient = mean
        statistics[channel].mean_product = sums[geometry.channels + channel] / values
      }
    }
    if updatesState, statistic == .variance { updateState(memory, squares: sums, values) }
  }

  /// Computes the sums over the kernel's images, which are the whole batch, and takes them.
  private func takeOwn(_ statistic: BatchStatistic, _ memory: KernelMemory) {
    let sums = memory.scratch.assumingMemoryBound(to: Double.self)
    sum(statistic, into: sums)
    take(statistic, from: sums, images: geometry.batch, updatesState: true)
  }

  /// Updates the running mean, and the running variance with the unbiased one.
  private func updateState(_ memory: KernelMemory, squares: UnsafePointer<Double>, _ values: Double) {
    guard let state = RunningStatistics(memory) else { return }
    let (old, new) = (1 - geometry.momentum, geometry.momentum)
    let statistics = statistics(memory)
    for channel in 0..<geometry.channels {
      state.mean[channel] = Float(old * Double(state.mean[channel]) + new * statistics[channel].mean)
      state.variance[channel] = Float(
        old * Double(state.variance[channel]) + new * squares[channel] / (values - 1))
    }
    state.batches.pointee += 1
  }

  private func takeRunningStatistics(_ memory: KernelMemory) {
    guard let state = RunningStatistics(memory) else { return }
    let statistics = statistics(memory)
    for channel in 0..<geometry.channels {
      statistics[channel].mean = Double(state.mean[channel])
      statistics[channel].scale = 1 / (Double(state.variance[channel]) + geometry.epsilon).squareRoot()
    }
  }

  private func statistics(_ memory: KernelMemory) -> UnsafeMutablePointer<ck_statistics> {
    (isTraining ? memory.saved : memory.scratch).assumingMemoryBound(to: ck_statistics.self)
  }

  /// The state of batch normalization.
  private struct RunningStatistics {
    let mean: UnsafeMutablePointer<Float>
    let variance: UnsafeMutablePointer<Float>
    let batches: UnsafeMutablePointer<Int64>

    init?(_ memory: KernelMemory) {
      guard memory.state.count == 3 else { return nil }
      mean = memory.state[0].assumingMemoryBound(to: Float.self)
      variance = memory.state[1].assumingMemoryBound(to: Float.self)
      batches = memory.state[2].assumingMemoryBound(to: Int64.self)
    }
  }
}

extension Common {
  /// The row of batch normalization, for any layout in runs of channels.
  ///
  /// - Returns: The row of a backend's table.
  public static func batchNormalization() -> OperationTable.KernelRow<BatchNormalizationGeometry> {
    .init(owner, "runs of channels, float64 sums") { request, geometry in
      BatchNormalizationKernel(
        geometry, request: request, planes: try request.input.planes(), threads: request.threads)
    }
  }
}
