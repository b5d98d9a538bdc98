import Backends
import Operations
import Tensors

extension KernelRequest {
  /// Makes the kernel of an operation that has no weights, for images that lie in runs of channels.
  ///
  /// - Parameters:
  ///   - planes: How the input lies; the output lies likewise.
  ///   - output: The layout of the output as the backend describes it.
  ///   - threads: The threads to use.
  /// - Returns: The kernel, not yet bound to memory.
  /// - Throws: `BackendError` for convolution and dense, which a backend makes itself.
  public func makeSharedKernel(planes: PlaneLayout, output: Layout, threads: ThreadPool) throws -> any Kernel
  {
    switch operation {
    case .maxPooling(let geometry):
      return MaxPooling(geometry, layout: planes, output: output, isTraining: isTraining, threads: threads)
    case .averagePooling(let geometry, let countsPadding):
      return AveragePooling(
        geometry, countsPadding: countsPadding, layout: planes, output: output, threads: threads)
    case .relu:
      return ReLU(layout: output, threads: threads)
    case .dropout(_, let probability):
      return Dropout(
        probability: probability, planes: planes, layout: output, layerIndex: layerIndex, threads: threads)
    case .flatten(let shape):
      return Flatten(shape: shape, elementType: input.elementType)
    case .softmax(let geometry):
      return Softmax(geometry, threads: threads)
    case .convolution, .dense:
      throw BackendError("there is no shared kernel for \(operation.name)")
    }
  }

  /// Makes the kernel of an operation that has no weights, for plain layouts.
  ///
  /// - Parameter threads: The threads to use.
  /// - Returns: The kernel, not yet bound to memory.
  /// - Throws: `BackendError` for convolution and dense, which a backend makes itself.
  public func makeSharedKernel(threads: ThreadPool) throws -> any Kernel {
    try makeSharedKernel(
      planes: PlaneLayout(plain: operation.inputShape),
      output: Layout(plain: operation.outputShape, input.elementType), threads: threads)
  }
}
