import Operations

/// A fully connected layer: each pass is one matrix product, and each thread computes a slice of it.
final class DenseKernel: Kernel {
  let requirements: KernelRequirements
  private let geometry: DenseGeometry
  private let multiplier: any MatrixMultiplier
  private let threads: ThreadPool
  private var passes: LayerPasses?

  init(
    _ geometry: DenseGeometry, request: KernelRequest, multiplier: any MatrixMultiplier
  ) {
    self.geometry = geometry
    self.multiplier = multiplier
    threads = request.threads
    requirements = KernelRequirements(
      output: Layout(plain: geometry.outputShape, .float32),
      parameters: request.operation.parameters.map { Layout(plain: $0.shape, .float32) },
      readsInputInBackward: request.isTraining, implementation: multiplier.name)
  }

  func bind(_ memory: KernelMemory) throws {
    let memory = try LayerMemory(memory)
    passes = LayerPasses(
      forward: output(memory), parameterGradients: parameterGradients(memory),
      inputGradient: inputGradient(memory))
  }

  func forward(_ context: RunContext) throws {
    try LayerPasses.run(passes?.forward)
  }

  func parameterGradients(_ context: RunContext) throws {
    try LayerPasses.run(passes?.parameterGradients)
  }

  func inputGradient(_ context: RunContext) throws {
    try LayerPasses.run(passes?.inputGradient)
  }

  /// Y = X·Wᵀ + b.
  private func output(_ memory: LayerMemory) -> [ParallelLoop] {
    let outputs = geometry.outputFeatures
    let product = multiplier.product(
      Matrix(elements: memory.input, rowStride: geometry.inputFeatures),
      Matrix(elements: memory.weight, rowStride: geometry.inputFeatures, isTransposed: true),
      ProductExtents(rows: geometry.batch, columns: outputs, depth: geometry.inputFeatures),
      into: memory.output, threads: threads)
    guard let bias = memory.bias else { return [product] }
    let addition = ParallelLoop(threads: threads, count: geometry.batch) { rows, _ in
      for row in rows {
        for index in 0..<outputs { memory.output[row * outputs + index] += bias[index] }
      }
    }
    return [product, addition]
  }

  /// dW = dYᵀ·X, and db is the sum of dY over the batch.
  private func parameterGradients(_ memory: LayerMemory) -> [ParallelLoop]? {
    guard let outputGradient = memory.outputGradient, let weightGradient = memory.weightGradient else {
      return nil
    }
    let product = multiplier.product(
      Matrix(elements: outputGradient, rowStride: geometry.outputFeatures, isTransposed: true),
      Matrix(elements: memory.input, rowStride: geometry.inputFeatures),
      ProductExtents(
        rows: geometry.outputFeatures, columns: geometry.inputFeatures, depth: geometry.batch),
      into: weightGradient, threads: threads)
    guard let biasGradient = memory.biasGradient else { return [product] }
    let sums = planeSums(
      outputGradient, images: geometry.batch, channels: geometry.outputFeatures, pixels: 1,
      into: biasGradient, threads: threads)
    return [product, sums]
  }

  /// dX = dY·W.
  private func inputGradient(_ memory: LayerMemory) -> [ParallelLoop]? {
    guard let outputGradient = memory.outputGradient, let inputGradient = memory.inputGradient else {
      return nil
    }
    let product = multiplier.product(
      Matrix(elements: outputGradient, rowStride: geometry.outputFeatures),
      Matrix(elements: memory.weight, rowStride: geometry.inputFeatures),
      ProductExtents(rows: geometry.batch, columns: geometry.inputFeatures, depth: geometry.outputFeatures),
      into: inputGradient, threads: threads)
    return [product]
  }
}
