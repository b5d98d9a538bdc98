import Backends
import Layers
import Tensors

/// Makes the kernels of a plan.
struct KernelMaker {
  let backend: any Backend
  let options: NetworkOptions
  let backward: BackwardPass
  let threads: ThreadPool
  let isWide: Bool
  /// The layers of a plan whose parameters are shared, if any.
  let earlier: [PreparedLayer]?

  /// The kernels of layers, each for the layout that the one before it gives.
  ///
  /// - Throws: `BackendError` or ``NetworkError``, naming the layer that the backend does not support.
  func kernels(of layers: [ResolvedLayer], input: Layout) throws -> [any Kernel] {
    var layout = input
    return try layers.enumerated().map { index, layer in
      let request = try request(for: layer, at: index, input: layout)
      let kernel = try layer.named { try backend.makeKernel(for: request) }
      layout = kernel.requirements.output
      return kernel
    }
  }

  private func request(for layer: ResolvedLayer, at index: Int, input: Layout) throws -> KernelRequest {
    if let limitation = backend.limitation(of: layer.operation, precision: options.precision) {
      throw NetworkError.backend(layer: layer.name, .unsupportedOperation(reason: limitation))
    }
    var algorithm: ConvolutionAlgorithm?
    if case .convolution(let geometry, _) = layer.operation {
      algorithm = backend.table.algorithm(
        for: geometry, options.convolutions, options.precision, images: options.imageCount,
        isWide: BatchCutting.isWide(options))
    }
    return KernelRequest(
      operation: layer.operation, input: input, precision: options.precision,
      isTraining: backward.isTraining(index), needsInputGradient: backward.needsInputGradient(index),
      layerIndex: layer.index, parameterLayouts: earlier?[index].requirements.parameters,
      algorithm: algorithm, threads: threads, isWide: isWide)
  }
}
