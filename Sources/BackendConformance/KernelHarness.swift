import Backends
import Operations
import Tensors

/// Runs single kernels of any backend on plain numbers, and watches what they do to memory.
///
/// Every buffer lies between guard zones and is filled with NaN before the kernel writes it, as is all that the
/// kernel says it does not read any more; so an element that is not written, a read of what was not promised and
/// a write beyond an end all show in the outcome.
public struct KernelHarness: Sendable {
  /// The backend whose kernels are run.
  public let backend: any Backend

  /// Makes a harness around a backend.
  public init(_ backend: any Backend) {
    self.backend = backend
  }

  /// Makes the kernel of a case, runs its passes, and brings the results back.
  ///
  /// - Parameter kernelCase: The operation and its numbers.
  /// - Returns: The results, and the promises about memory that were broken.
  /// - Throws: What the backend throws, and `OutOfMemory`.
  public func run(_ kernelCase: KernelCase) throws -> KernelOutcome {
    backend.threads.makeCurrent()
    let isTraining = kernelCase.outputGradient != nil
    let request = KernelRequest(
      operation: kernelCase.operation, input: try inputLayout(of: kernelCase),
      precision: kernelCase.precision, isTraining: isTraining, needsInputGradient: isTraining,
      layerIndex: kernelCase.layerIndex)
    let kernel = try backend.makeKernel(for: request)
    let run = try KernelRun(kernelCase, kernel: kernel, input: request.input, backend: backend)
    return try run.outcome()
  }

  private func inputLayout(of kernelCase: KernelCase) throws -> Layout {
    let plain = Layout(plain: kernelCase.operation.inputShape, kernelCase.precision.activationType)
    guard kernelCase.arrival == .fromConvolution, plain.shape.rank == 4 else { return plain }
    let geometry = try ConvolutionGeometry(
      input: plain.shape, outputChannels: plain.shape[1], window: SlidingWindow(kernel: 1))
    let convolution = try backend.makeKernel(
      for: KernelRequest(
        operation: .convolution(geometry, activation: nil), input: plain, precision: kernelCase.precision,
        isTraining: kernelCase.outputGradient != nil, needsInputGradient: false, layerIndex: 0))
    return convolution.requirements.output
  }
}
