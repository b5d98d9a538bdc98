#if OpenBLAS
  import Backends
  import Operations

  /// A fully connected layer: each pass is one matrix product, of which each thread computes a slice.
  final class DenseKernel: Kernel {
    let requirements: KernelRequirements
    private let geometry: DenseGeometry
    private let library: OpenBLASLibrary
    private let threads: ThreadPool
    private var memory: LayerMemory?

    init(
      _ geometry: DenseGeometry, request: KernelRequest, library: OpenBLASLibrary, threads: ThreadPool
    ) {
      self.geometry = geometry
      self.library = library
      self.threads = threads
      requirements = KernelRequirements(
        output: Layout(plain: geometry.outputShape, .float32),
        parameters: request.operation.parameters.map { Layout(plain: $0.shape, .float32) },
        readsInputInBackward: request.isTraining, implementation: "sgemm")
    }

    func bind(_ memory: KernelMemory) throws {
      self.memory = try LayerMemory(memory)
    }

    /// Y = X·Wᵀ + b.
    func forward(_ pass: Pass) throws {
      guard let memory else { throw BackendError.unboundKernel }
      let outputs = geometry.outputFeatures
      library.multiplyInSlices(
        Matrix(elements: memory.input, rowStride: geometry.inputFeatures),
        Matrix(elements: memory.weight, rowStride: geometry.inputFeatures, isTransposed: true),
        ProductExtents(rows: geometry.batch, columns: outputs, depth: geometry.inputFeatures),
        into: memory.output, threads: threads)
      guard let bias = memory.bias else { return }
      threads.forEach(geometry.batch) { row in
        for index in 0..<outputs { memory.output[row * outputs + index] += bias[index] }
      }
    }

    /// dW = dYᵀ·X, and db is the sum of dY over the batch.
    func parameterGradients(_ pass: Pass) throws {
      guard let memory, let outputGradient = memory.outputGradient, let weightGradient = memory.weightGradient
      else { throw BackendError.unboundKernel }
      library.multiplyInSlices(
        Matrix(elements: outputGradient, rowStride: geometry.outputFeatures, isTransposed: true),
        Matrix(elements: memory.input, rowStride: geometry.inputFeatures),
        ProductExtents(
          rows: geometry.outputFeatures, columns: geometry.inputFeatures, depth: geometry.batch),
        into: weightGradient, threads: threads)
      guard let biasGradient = memory.biasGradient else { return }
      sumPlanes(
        outputGradient, images: geometry.batch, channels: geometry.outputFeatures, pixels: 1,
        into: biasGradient, threads: threads)
    }

    /// dX = dY·W.
    func inputGradient(_ pass: Pass) throws {
      guard let memory, let outputGradient = memory.outputGradient, let inputGradient = memory.inputGradient
      else { throw BackendError.unboundKernel }
      library.multiplyInSlices(
        Matrix(elements: outputGradient, rowStride: geometry.outputFeatures),
        Matrix(elements: memory.weight, rowStride: geometry.inputFeatures),
        ProductExtents(rows: geometry.batch, columns: geometry.inputFeatures, depth: geometry.outputFeatures),
        into: inputGradient, threads: threads)
    }
  }
#endif
