import Backends
import Layers
import Operations
import Tensors

/// The prepared layers of a network for one number of images, and the memory that they share.
final class ExecutionPlan {
  /// How many images it computes.
  let count: Int
  /// The layers that are run, in order.
  let layers: [PreparedLayer]
  /// How the model's layers became these.
  let rewrites: [AppliedRewrite]
  /// The layout of the input.
  let input: Layout
  /// When each tensor is needed.
  let liveness: Liveness
  /// Where each tensor is stored.
  let memoryPlan: MemoryPlan
  /// Follows the last layer if its output is not stored as it is read from outside.
  private let conversion: OutputConversion?
  private var arena: AlignedBuffer?
  private var pixels: PixelConversion?
  private var parametersVersion = -1
  /// The address of the output, once there is memory.
  private(set) var outputAddress: UnsafeMutableRawPointer?
  /// Where the gradient of the output is to be written.
  private(set) var outputGradientAddress: UnsafeMutableRawPointer?

  /// Makes the kernels and plans the memory.
  ///
  /// - Parameters:
  ///   - resolved: The model's layers for this number of images.
  ///   - input: The input's shape.
  ///   - backend: The backend that makes the kernels.
  ///   - options: How the network is prepared.
  ///   - earlier: A plan for another number of images, whose parameters it shares.
  /// - Throws: `BackendError` or ``NetworkError``, naming the layer that the backend cannot do.
  init(
    _ resolved: [ResolvedLayer], input: Shape, backend: any Backend, options: NetworkOptions,
    sharingParametersWith earlier: ExecutionPlan?
  ) throws {
    count = input[0]
    let inputLayout = Layout(plain: input, options.precision.activationType)
    self.input = inputLayout
    let rewritten = RewrittenLayers(
      resolved, by: options.keepsActivations ? [] : options.rewrites, allowing: backend.allows)
    rewrites = rewritten.applied
    let firstLearning = rewritten.layers.firstIndex { !$0.operation.parameters.isEmpty }
    // Backward passes stop at the first layer that learns.
    let needsInputGradient = rewritten.layers.indices.map { index in
      options.isTraining && index > firstLearning ?? rewritten.layers.count
    }

    var layout = inputLayout
    let kernels = try rewritten.layers.enumerated().map { index, layer in
      if let limitation = backend.limitation(of: layer.operation, precision: options.precision) {
        throw NetworkError("\(layer.name): \(limitation)")
      }
      let request = KernelRequest(
        operation: layer.operation, input: layout, precision: options.precision,
        isTraining: options.isTraining, needsInputGradient: needsInputGradient[index],
        layerIndex: layer.index, parameterLayouts: earlier?.layers[index].requirements.parameters,
        algorithm: options.convolutionAlgorithm)
      let kernel = try layer.named { try backend.makeKernel(for: request) }
      layout = kernel.requirements.output
      return kernel
    }
    conversion = try OutputConversion(of: layout, precision: options.precision, backend: backend)
    let liveness = Liveness(
      input: inputLayout, requirements: (kernels + [conversion].compactMap(\.self)).map(\.requirements),
      isTraining: options.isTraining, keepsActivations: options.keepsActivations)
    let memoryPlan = MemoryPlan(liveness.blocks)

    var end = 0
    let outputNames = rewritten.outputNames
    layers = rewritten.layers.enumerated().map { index, layer in
      let kernel = kernels[index]
      let parameters = Parameter.all(of: layer, layouts: kernel.requirements.parameters, from: end)
      end = parameters.last?.end ?? end
      return PreparedLayer(
        layer, kernel: kernel, parameters: parameters, storage: liveness.layers[index].placed(by: memoryPlan),
        position: index, outputName: outputNames[index], computesInputGradient: needsInputGradient[index],
        computesParameterGradients: options.isTraining && !parameters.isEmpty)
    }
    self.liveness = liveness
    self.memoryPlan = memoryPlan
  }

  /// Bytes of activations, gradients of activations, saved state and scratch.
  var arenaByteCount: Int { memoryPlan.byteCount }

  /// The layout of what is read from outside: plain, in float32 or in float64.
  var output: Layout {
    conversion?.requirements.output ?? layers.last?.requirements.output ?? input
  }

  /// Hands the memory to the kernels.
  func bind(
    arena: AlignedBuffer, parameters: ParameterStore, normalisation: Normalisation, threads: ThreadPool
  ) throws {
    self.arena = arena
    let base = arena.baseAddress
    for layer in layers { try layer.bind(arena: base, parameters) }
    guard let first = layers.first, let last = liveness.layers.last?.placed(by: memoryPlan) else { return }
    pixels = PixelConversion(
      to: input, at: base + first.storage.input, normalisation: normalisation, threads: threads)
    outputAddress = base + last.output
    outputGradientAddress = last.outputGradient.map { base + $0 }
    conversion?.bind(
      KernelMemory(
        input: base + last.input, output: base + last.output,
        inputGradient: last.inputGradient.map { base + $0 }, outputGradient: outputGradientAddress,
        parameters: [], parameterGradients: [], saved: base + last.saved, scratch: base + last.scratch))
  }

  /// Writes the input.
  func read(_ pixels: Pixels) {
    self.pixels?.write(pixels)
  }

  /// Runs all layers forward, after the kernels have seen the newest parameters.
  ///
  /// - Parameters:
  ///   - pass: What is known beyond the memory.
  ///   - parametersVersion: Counts the changes of the parameters.
  ///   - profile: Where the times are added up, if anywhere.
  ///   - layerDone: Called after each layer, while its output is still stored.
  /// - Throws: What the backend's library refuses, and what `layerDone` throws.
  func forward(
    _ pass: Pass, parametersVersion: Int, profile: Profile?,
    layerDone: ((PreparedLayer) throws -> Void)?
  ) throws {
    if parametersVersion != self.parametersVersion {
      for layer in layers {
        try profile.measure(layer, .repacking) { try layer.kernel.parametersChanged() }
      }
      self.parametersVersion = parametersVersion
    }
    for layer in layers {
      try profile.measure(layer, .forward) { try layer.kernel.forward(pass) }
      try layerDone?(layer)
    }
    if let conversion {
      try profile.measure(.outputConversion) { try conversion.forward(pass) }
    }
  }

  /// Runs all layers backward, down to the first that learns.
  ///
  /// - Parameters:
  ///   - pass: The same as of the forward pass.
  ///   - profile: Where the times are added up, if anywhere.
  ///   - gradientsReady: Called with the parameters of a layer as soon as their gradients are computed.
  /// - Throws: What the backend's library refuses.
  func backward(_ pass: Pass, profile: Profile?, gradientsReady: ([Parameter]) -> Void) throws {
    if let conversion {
      try profile.measure(.outputConversion) { try conversion.inputGradient(pass) }
    }
    for layer in layers.reversed() where layer.computesInputGradient || layer.computesParameterGradients {
      try profile.measure(layer, .activationGradient) { try layer.kernel.activationGradient(pass) }
      if layer.computesParameterGradients {
        try profile.measure(layer, .parameterGradients) { try layer.kernel.parameterGradients(pass) }
        profile.measure(layer, .accumulation) { gradientsReady(layer.parameters) }
      }
      if layer.computesInputGradient {
        try profile.measure(layer, .inputGradient) { try layer.kernel.inputGradient(pass) }
      }
    }
  }
}
