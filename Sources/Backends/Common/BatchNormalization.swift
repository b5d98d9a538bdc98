import CKernels
import Operations
import Tensors

/// Batch normalization over planes of any lanes, in one pass for the mean, one for the variance and one for the output;
/// statistics in float64.
final class BatchNormalizationKernel: Kernel {
  let requirements: KernelRequirements
  private let normalization: ck_normalization
  private let threads: Int32
  private let isTraining: Bool
  private var memory: KernelMemory?

  init(
    _ geometry: BatchNormalizationGeometry, request: KernelRequest, planes: PlaneLayout, threads: ThreadPool
  ) {
    normalization = ck_normalization(
      type: ck_element(request.input.elementType), images: geometry.batch, channels: geometry.channels,
      pixels: geometry.plane.area, lanes: planes.lanes, epsilon: geometry.epsilon, momentum: geometry.momentum
    )
    self.threads = Int32(threads.count)
    isTraining = request.isTraining
    let statisticsByteCount = geometry.channels * MemoryLayout<ck_statistics>.stride
    requirements = KernelRequirements(
      output: request.input,
      parameters: request.operation.parameters.map { Layout(plain: $0.shape, .float32) },
      placement: isTraining ? .separate : .mayOverwriteInput, readsInputInBackward: isTraining,
      savedByteCount: isTraining ? statisticsByteCount : 0,
      scratchByteCount: isTraining ? 0 : statisticsByteCount,
      implementation: "batch normalization, \(planes.lanes) lanes")
  }

  func bind(_ memory: KernelMemory) {
    self.memory = memory
  }

  func forward(_ pass: Pass) {
    guard let memory, let gamma = memory.weight, let beta = memory.bias, memory.state.count == 3 else {
      return
    }
    withUnsafePointer(to: normalization) {
      ck_normalize(
        $0, pass.isTraining, memory.input, gamma.assumingMemoryBound(to: Float.self),
        beta.assumingMemoryBound(to: Float.self), memory.state[0].assumingMemoryBound(to: Float.self),
        memory.state[1].assumingMemoryBound(to: Float.self), statistics(memory), memory.output, threads)
    }
    if pass.isTraining { memory.state[2].assumingMemoryBound(to: Int64.self).pointee += 1 }
  }

  func parameterGradients(_ pass: Pass) {
    guard let memory, let gradient = memory.outputGradient, let weight = memory.weightGradient,
      let bias = memory.biasGradient
    else { return }
    withUnsafePointer(to: normalization) {
      ck_normalize_parameter_gradients(
        $0, memory.input, gradient, statistics(memory), weight.assumingMemoryBound(to: Float.self),
        bias.assumingMemoryBound(to: Float.self), threads)
    }
  }

  func inputGradient(_ pass: Pass) {
    guard let memory, let gradient = memory.outputGradient, let inputGradient = memory.inputGradient,
      let gamma = memory.weight
    else { return }
    withUnsafePointer(to: normalization) {
      ck_normalize_input_gradient(
        $0, pass.isTraining, memory.input, gradient, gamma.assumingMemoryBound(to: Float.self),
        statistics(memory), inputGradient, threads)
    }
  }

  private func statistics(_ memory: KernelMemory) -> UnsafeMutablePointer<ck_statistics> {
    (isTraining ? memory.saved : memory.scratch).assumingMemoryBound(to: ck_statistics.self)
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
