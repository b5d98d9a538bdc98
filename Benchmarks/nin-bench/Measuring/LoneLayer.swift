import Costs
import NetworkInNetwork

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A single layer without a network, with its kernel and memory filled with random numbers.
final class LoneLayer {
  let operation: NetworkInNetwork.TensorOperation
  let precision: Precision
  let backend: any Backend
  /// The layout of the input.
  let input: Layout
  let requirements: KernelRequirements
  /// The passes that can be run, in the order in which training runs them.
  let passes: [LayerPass]
  private let kernel: any Kernel
  private let task: Configuration.Task
  private let buffers: [AlignedBuffer]

  /// Prepares the layer.
  ///
  /// - Parameters:
  ///   - operation: The operation, batch included.
  ///   - backend: The backend of the kernel.
  ///   - precision: The precision.
  ///   - task: Whether backward passes are requested; in prediction the forward pass may use another kernel.
  ///   - convolutions: The choice of an algorithm for a convolution.
  ///   - hasPlainInput: Whether the input is plain, like that of a network, rather than in the layout of a
  ///     convolution's output; its gradient is then not computed.
  /// - Throws: ``BenchmarkError`` if the machine lacks the memory; the errors of the backend.
  init(
    _ operation: NetworkInNetwork.TensorOperation, on backend: any Backend, _ precision: Precision,
    for task: Configuration.Task, _ convolutions: ConvolutionChoice = .automatic, hasPlainInput: Bool
  ) throws {
    try Self.requireFusion(operation, backend)
    try Self.requireMemory(operation, precision, task)
    backend.threads.makeCurrent()
    let isTraining = task == .training
    let plain = Layout(plain: operation.inputShape, precision.activationType)
    let input = hasPlainInput ? plain : try Self.leftByConvolution(plain, backend, precision, isTraining)
    var algorithm: ConvolutionAlgorithm?
    if case .convolution(let geometry, _) = operation {
      try backend.requireAlgorithm(of: convolutions)
      if convolutions == .winograd, let limitation = ConvolutionAlgorithm.winograd.limitation(of: geometry) {
        throw BenchmarkError(limitation)
      }
      algorithm = backend.table.algorithm(for: geometry, convolutions, precision, images: nil, isWide: false)
    } else if convolutions != .automatic {
      throw BenchmarkError("--conv-algorithm \(convolutions.rawValue) requires the layer conv")
    }
    kernel = try backend.makeKernel(
      for: KernelRequest(
        operation: operation, input: input, precision: precision, isTraining: isTraining,
        needsInputGradient: isTraining && !hasPlainInput, layerIndex: 0, algorithm: algorithm,
        threads: backend.threads))
    requirements = kernel.requirements
    (self.operation, self.backend, self.precision, self.task, self.input) =
      (operation, backend, precision, task, input)
    passes = [LayerPass.forward, .activationGradient, .weightGradient, .inputGradient].filter { pass in
      switch pass {
      case .forward: true
      case .activationGradient: isTraining && operation.hasFusedActivation
      case .weightGradient: isTraining && !operation.parameters.isEmpty
      case .inputGradient: isTraining && !hasPlainInput
      }
    }
    let memory = try LoneMemory(operation, input, kernel.requirements, backend, precision, task)
    buffers = memory.buffers
    try kernel.bind(memory.addresses)
    try kernel.parametersChanged()
  }

  /// Runs one pass; a backward pass needs a forward pass before.
  func run(_ pass: LayerPass) throws {
    let context = RunContext(isTraining: task == .training)
    switch pass {
    case .forward: try kernel.forward(context)
    case .activationGradient: try kernel.activationGradient(context)
    case .weightGradient: try kernel.parameterGradients(context)
    case .inputGradient: try kernel.inputGradient(context)
    }
  }

  /// The layout in which a convolution would write the tensor; plain if the tensor is not images.
  private static func leftByConvolution(
    _ plain: Layout, _ backend: any Backend, _ precision: Precision, _ isTraining: Bool
  ) throws -> Layout {
    guard plain.shape.rank == 4 else { return plain }
    let geometry = try ConvolutionGeometry(
      input: plain.shape, outputChannels: plain.shape[1], window: SlidingWindow(kernel: 1))
    return try backend.makeKernel(
      for: KernelRequest(
        operation: .convolution(geometry, activation: nil), input: plain, precision: precision,
        isTraining: isTraining, needsInputGradient: false, layerIndex: 0, threads: backend.threads)
    ).requirements.output
  }

  private static func requireFusion(
    _ operation: NetworkInNetwork.TensorOperation, _ backend: any Backend
  ) throws {
    guard case .convolution(let geometry, let activation?) = operation else { return }
    guard backend.canFuse(activation, into: .convolution(geometry, activation: nil)) else {
      throw BenchmarkError("\(backend.name) cannot fuse a ReLU into this convolution; omit --relu")
    }
  }

  private static func requireMemory(
    _ operation: NetworkInNetwork.TensorOperation, _ precision: Precision, _ task: Configuration.Task
  ) throws {
    let tensors =
      (operation.inputShape.elementCount + operation.outputShape.elementCount)
      * precision.activationType.byteCount
    let parameters = operation.parameters.reduce(0) { $0 + $1.shape.elementCount }
    let needed =
      (tensors + parameters * precision.parameterType.byteCount) * (task == .training ? 2 : 1)
    let installed = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    guard needed < installed else {
      throw BenchmarkError(
        "its tensors take \(needed >> 20) MiB, and the machine has \(installed >> 20); describe a smaller layer"
      )
    }
  }
}

/// The memory of a single layer, filled with numbers that are as slow to compute with as real ones.
private struct LoneMemory {
  private(set) var buffers: [AlignedBuffer] = []
  let addresses: KernelMemory

  init(
    _ operation: NetworkInNetwork.TensorOperation, _ input: Layout, _ requirements: KernelRequirements,
    _ backend: any Backend, _ precision: Precision, _ task: Configuration.Task
  ) throws {
    var buffers: [AlignedBuffer] = []
    func empty(_ byteCount: Int) throws -> UnsafeMutableRawPointer {
      let buffer = try AlignedBuffer(byteCount: byteCount)
      buffers.append(buffer)
      return buffer.baseAddress
    }
    func filled(_ layout: Layout) throws -> UnsafeMutableRawPointer {
      let address = try empty(layout.byteCount)
      let plain = try Self.randomNumbers(layout.shape.elementCount, precision.parameterType)
      try backend.reorder(
        plain.baseAddress, Layout(plain: layout.shape, precision.parameterType), to: address, layout)
      return address
    }
    let isTraining = task == .training
    addresses = KernelMemory(
      input: try filled(input), output: try empty(requirements.output.byteCount),
      inputGradient: isTraining ? try empty(input.byteCount) : nil,
      outputGradient: isTraining ? try filled(requirements.output) : nil,
      parameters: try requirements.parameters.map(filled),
      parameterGradients: isTraining ? try requirements.parameters.map { try empty($0.byteCount) } : [],
      state: try operation.state.map { state in
        let type = state.isCount ? ElementType.int64 : precision.parameterType
        let address = try empty(state.shape.elementCount * type.byteCount)
        if !state.isCount { fill(address, state.shape.elementCount, type) { state.initialValue } }
        return address
      },
      saved: try empty(requirements.savedByteCount), scratch: try empty(requirements.scratchByteCount),
      packed: try empty(requirements.packedByteCount))
    self.buffers = buffers
  }

  /// Numbers between −1 and 1, always the same.
  private static func randomNumbers(_ count: Int, _ type: ElementType) throws -> AlignedBuffer {
    let buffer = try AlignedBuffer(byteCount: count * type.byteCount)
    var generator = PhiloxGenerator(seed: 0, purpose: .testData, index: 0)
    fill(buffer.baseAddress, count, type) { 2 * generator.nextUniform() - 1 }
    return buffer
  }
}

/// Writes numbers of float32 or float64.
private func fill(
  _ address: UnsafeMutableRawPointer, _ count: Int, _ type: ElementType, _ next: () -> Double
) {
  if type == .float64 {
    let numbers = address.assumingMemoryBound(to: Double.self)
    for index in 0..<count { numbers[index] = next() }
  } else {
    let numbers = address.assumingMemoryBound(to: Float.self)
    for index in 0..<count { numbers[index] = Float(next()) }
  }
}
