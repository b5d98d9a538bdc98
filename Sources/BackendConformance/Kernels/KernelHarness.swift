import Backends
import Operations
import Tensors

/// Runs single kernels of any backend on plain numbers, and checks their use of memory.
///
/// Every buffer has guard zones and is filled with NaN before the kernel writes it; memory that the kernel must no
/// longer read is overwritten with NaN too. An element that is not written, a forbidden read and a write out of bounds
/// all show in the outcome. The element types of the tensors are those of the case's precision.
package struct KernelHarness: Sendable {
  /// The backend whose kernels are run.
  package let backend: any Backend

  /// Creates a harness around a backend.
  ///
  /// - Parameter backend: The backend whose kernels are run.
  package init(_ backend: any Backend) {
    self.backend = backend
  }

  /// Makes the kernel of a case, runs its passes, and reads back the results.
  ///
  /// - Parameter kernelCase: The operation and its numbers.
  /// - Returns: The results, and the violations of the memory contract.
  /// - Throws: The errors of the backend, `OutOfMemory`.
  package func run(_ kernelCase: KernelCase) throws -> KernelOutcome {
    try prepare(kernelCase).outcome(of: kernelCase)
  }

  /// Makes one kernel and runs its passes on each case in turn, as training does.
  ///
  /// - Parameter cases: Cases that differ in their numbers and passes only.
  /// - Returns: The outcome of each.
  /// - Throws: The errors of the backend, `OutOfMemory`.
  package func run(_ cases: [KernelCase]) throws -> [KernelOutcome] {
    guard let first = cases.first else { return [] }
    let run = try prepare(first)
    return try cases.map { try run.outcome(of: $0) }
  }

  func prepare(_ kernelCase: KernelCase) throws -> KernelRun {
    backend.threads.makeCurrent()
    var request = KernelRequest(
      operation: kernelCase.operation, input: try inputLayout(of: kernelCase),
      precision: kernelCase.precision, isTraining: kernelCase.use != .prediction,
      needsInputGradient: kernelCase.use == .training, layerIndex: kernelCase.layerIndex,
      algorithm: kernelCase.algorithm, threads: backend.threads)
    if let batch = kernelCase.parametersOfBatch {
      request.parameterLayouts = try parameterLayouts(of: kernelCase, batch: batch)
    }
    return try KernelRun(
      request, kernel: backend.makeKernel(for: request), inPlace: kernelCase.inPlace, backend: backend)
  }

  private func inputLayout(of kernelCase: KernelCase) throws -> Layout {
    let plain = Layout(plain: kernelCase.operation.inputShape, kernelCase.precision.activationType)
    guard kernelCase.arrival == .fromConvolution, plain.shape.rank == 4 else { return plain }
    let geometry = try ConvolutionGeometry(
      input: plain.shape, outputChannels: plain.shape[1], window: SlidingWindow(kernel: 1))
    let convolution = try backend.makeKernel(
      for: KernelRequest(
        operation: .convolution(geometry, activation: nil), input: plain, precision: kernelCase.precision,
        isTraining: kernelCase.use != .prediction, needsInputGradient: false, layerIndex: 0,
        threads: backend.threads))
    return convolution.requirements.output
  }

  private func parameterLayouts(of kernelCase: KernelCase, batch: Int) throws -> [Layout] {
    var other = kernelCase
    other.operation = try kernelCase.operation.withBatch(batch)
    let request = KernelRequest(
      operation: other.operation, input: try inputLayout(of: other), precision: other.precision,
      isTraining: other.use != .prediction, needsInputGradient: other.use == .training,
      layerIndex: other.layerIndex, algorithm: other.algorithm, threads: backend.threads)
    return try backend.makeKernel(for: request).requirements.parameters
  }
}
