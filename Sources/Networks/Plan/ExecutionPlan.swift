import Backends
import Layers
import Operations
import Tensors

/// The prepared layers of a network for one number of images, and the memory that they share.
final class ExecutionPlan {
  /// The number of images it computes.
  let count: Int
  /// The layers that are run, in order.
  let layers: [PreparedLayer]
  /// The rewrites that turned the model's layers into these.
  let rewrites: [AppliedRewrite]
  /// The layout of the input.
  let input: Layout
  /// The times at which each tensor is needed.
  let liveness: Liveness
  /// The offsets of each layer's tensors.
  let memoryPlan: MemoryPlan
  /// Follows the last layer if its output is not stored in the form that the outside reads.
  private let record: OutputReorder?
  private var arena: AlignedBuffer?
  private var partGradients: PartGradients?
  private var pixels: PixelConversion?
  private var packed: AlignedBuffer?
  /// Whether all threads share each pass, instead of one thread computing it.
  let isWide: Bool
  private let threads: ThreadPool
  /// The plan whose packed parameters it shares: that of another lane for the same number of images.
  private let packing: ExecutionPlan?
  /// Passes the output to a custom loss, once there is memory; nil if the network is not a classifier.
  private var lossMemory: CustomLossMemory?
  /// The version of the parameters that its kernels use.
  var parametersVersion = -1
  /// The layers whose kernels take sums over the batch in training.
  let summingLayers: [Int]
  /// The position of the layer at which backward passes end; one after the last if nothing is trained.
  let firstBackward: Int
  /// The address of the output, once there is memory.
  private(set) var outputAddress: UnsafeMutableRawPointer?
  /// The address for the gradient of the output.
  private(set) var outputGradientAddress: UnsafeMutableRawPointer?

  /// Creates the kernels and plans the memory.
  ///
  /// - Parameters:
  ///   - resolved: The model's layers for this number of images.
  ///   - input: The input's shape.
  ///   - backend: The backend that makes the kernels.
  ///   - options: The options of the network.
  ///   - isWide: Whether all threads share each pass.
  ///   - earlier: A plan whose parameters it shares, and also their packed form if it has the same number of images and
  ///     the same `isWide`.
  /// - Throws: `BackendError` or ``NetworkError``, naming the layer that the backend does not support.
  init(
    _ resolved: [ResolvedLayer], input: Shape, backend: any Backend, options: NetworkOptions,
    isWide: Bool, sharingParametersWith earlier: ExecutionPlan?
  ) throws {
    count = input[0]
    self.isWide = isWide
    let threads = isWide ? backend.threads : ThreadPool(count: 1)
    self.threads = threads
    threads.makeCurrent()
    packing = earlier.flatMap { $0.count == input[0] && $0.isWide == isWide ? $0 : nil }
    let inputLayout = Layout(plain: input, options.precision.activationType)
    self.input = inputLayout
    let rewritten = RewrittenLayers(
      resolved, by: options.possibleRewrites, allowing: backend.allows)
    rewrites = rewritten.applied
    let backward = BackwardPass(through: rewritten.layers, options)

    var layout = inputLayout
    let kernels = try rewritten.layers.enumerated().map { index, layer in
      if let limitation = backend.limitation(of: layer.operation, precision: options.precision) {
        throw NetworkError.backend(layer: layer.name, .unsupportedOperation(reason: limitation))
      }
      var algorithm: ConvolutionAlgorithm?
      if case .convolution(let geometry, _) = layer.operation {
        algorithm = backend.table.algorithm(
          for: geometry, options.convolutions, options.precision, images: options.imageCount,
          isWide: BatchCutting.isWide(options))
      }
      let request = KernelRequest(
        operation: layer.operation, input: layout, precision: options.precision,
        isTraining: backward.isTraining(index), needsInputGradient: backward.needsInputGradient(index),
        layerIndex: layer.index, parameterLayouts: earlier?.layers[index].requirements.parameters,
        algorithm: algorithm, threads: threads, isWide: isWide)
      let kernel = try layer.named { try backend.makeKernel(for: request) }
      layout = kernel.requirements.output
      return kernel
    }
    record = try OutputReorder(of: layout, precision: options.precision, backend: backend)
    let liveness = Liveness(
      input: inputLayout, requirements: (kernels + [record].compactMap(\.self)).map(\.requirements),
      isTraining: options.isTraining, keepsActivations: options.keepsActivations)
    let memoryPlan = MemoryPlan(liveness.blocks)

    let packing = packing
    var (end, stateEnd) = (0, 0)
    let outputNames = rewritten.outputNames
    layers = try rewritten.layers.enumerated().map { index, layer in
      let kernel = kernels[index]
      var (parameters, states): ([Parameter], [LayerState]) = ([], [])
      for owner in layer.owners {
        let layouts =
          layer.folded.isEmpty
          ? kernel.requirements.parameters
          : owner.operation.parameters.map { Layout(plain: $0.shape, options.precision.parameterType) }
        parameters += Parameter.all(
          of: owner, layouts: layouts, frozen: options.frozen, from: end, layer: index)
        end = parameters.last?.end ?? end
        states += LayerState.all(of: owner, precision: options.precision, from: stateEnd)
        stateEnd = states.last?.end ?? stateEnd
      }
      var foldedParameters: FoldedParameters?
      if case .batchNormalization(let geometry)? = layer.folded.last?.operation {
        foldedParameters =
          try packing?.layers[index].foldedParameters
          ?? FoldedParameters(geometry, layouts: kernel.requirements.parameters)
      }
      return PreparedLayer(
        layer, kernel: kernel, parameters: parameters, states: states, foldedParameters: foldedParameters,
        storage: liveness.layers[index].placed(by: memoryPlan),
        position: index, outputName: outputNames[index],
        computesInputGradient: backward.needsInputGradient(index),
        computesParameterGradients: backward.needsParameterGradients(index, kernel))
    }
    summingLayers = layers.filter { $0.statisticsKernel != nil }.map(\.position)
    firstBackward = backward.first
    self.liveness = liveness
    self.memoryPlan = memoryPlan
  }

  /// Bytes of activations, gradients of activations, saved state and scratch.
  var arenaByteCount: Int { memoryPlan.byteCount }

  /// The bytes of these that are kept from the forward to the backward pass.
  var keptByteCount: Int { liveness.keptByteCount }

  /// The layout of the output as read from outside: plain, in float32 or float64.
  var output: Layout {
    record?.requirements.output ?? layers.last?.requirements.output ?? input
  }

  /// Bytes of the kernels' copies of the parameters in another form, unless another plan has them.
  var packedByteCount: Int {
    guard packing == nil else { return 0 }
    return layers.reduce(0) { $0 + AlignedBuffer.rounded($1.requirements.packedByteCount) }
  }

  /// Bytes of folded parameters, unless another plan has them.
  var foldedByteCount: Int {
    packing == nil ? layers.reduce(0) { $0 + ($1.foldedParameters?.byteCount ?? 0) } : 0
  }

  /// Binds the kernels to their memory.
  ///
  /// - Parameters:
  ///   - arena: The memory of the activations.
  ///   - parameters: The memory of the parameters.
  ///   - gradients: The memory for the gradients of a part, one layer at a time.
  ///   - normalization: The normalization of bytes.
  /// - Throws: ``NetworkError`` with the layer's name if the backend fails, `OutOfMemory`.
  func bind(
    arena: AlignedBuffer, parameters: ParameterStore, gradients: PartGradients?, normalization: Normalization
  ) throws {
    self.arena = arena
    partGradients = gradients
    let base = arena.baseAddress
    let packed = try packing?.packed ?? AlignedBuffer(byteCount: packedByteCount)
    self.packed = packed
    var nextPacked = packed.baseAddress
    for layer in layers {
      try layer.bind(arena: base, parameters, gradients: gradients?.baseAddress, packed: nextPacked)
      nextPacked += AlignedBuffer.rounded(layer.requirements.packedByteCount)
    }
    guard let first = layers.first, let last = liveness.layers.last?.placed(by: memoryPlan) else { return }
    pixels = PixelConversion(
      to: input, at: base + first.storage.input, normalization: normalization, threads: threads)
    outputAddress = base + last.output
    lossMemory = output.shape.rank == 2 ? try CustomLossMemory(for: output) : nil
    outputGradientAddress = last.outputGradient.map { base + $0 }
    record?.bind(
      KernelMemory(
        input: base + last.input, output: base + last.output,
        inputGradient: last.inputGradient.map { base + $0 }, outputGradient: outputGradientAddress,
        parameters: [], parameterGradients: [], saved: base + last.saved, scratch: base + last.scratch,
        packed: packed.baseAddress))
  }

  /// Writes the input.
  func read(_ pixels: Pixels) {
    self.pixels?.write(pixels)
  }

  /// Notifies the kernels that keep the parameters in another form that they have changed; does nothing for a plan that
  /// shares them.
  func parametersChanged(_ store: ParameterStore, on backend: any Backend, profile: LaneProfile?) throws {
    guard packing == nil, store.version != parametersVersion else { return }
    for layer in layers {
      try profile.measure(layer, .repacking) { try layer.parametersChanged(store, on: backend) }
    }
    parametersVersion = store.version
  }

  /// Runs layers forward.
  ///
  /// - Parameters:
  ///   - range: The layers' positions.
  ///   - context: The arguments of the pass.
  ///   - profile: The profile that the times are added to; nil for none.
  ///   - layerDone: Called after each layer, while its output is still stored.
  /// - Throws: The errors of the backend's library and of `layerDone`.
  func forward(
    _ range: Range<Int>, _ context: RunContext, profile: LaneProfile?,
    layerDone: ((PreparedLayer) throws -> Void)?
  ) throws {
    for position in range {
      let layer = layers[position]
      try profile.measure(layer, .forward) { try layer.kernel.forward(context) }
      try layerDone?(layer)
    }
  }

  /// Reorders the last layer's output into the form in which it is read.
  func reorderOutput(_ context: RunContext, profile: LaneProfile?) throws {
    guard let record else { return }
    try profile.measure(.outputReorder) { try record.forward(context) }
  }

  /// Reorders the gradient of the plain output into the layout of the last layer's output.
  func reorderOutputGradient(_ context: RunContext, profile: LaneProfile?) throws {
    guard let record else { return }
    try profile.measure(.outputReorder) { try record.inputGradient(context) }
  }

  /// Runs layers backward, the last one first, down to the first that is trained.
  ///
  /// - Parameters:
  ///   - range: The layers' positions.
  ///   - sum: The sum over the batch that the last of them has received, if any, together with its parameters'
  ///     gradients.
  ///   - context: The same as in the forward pass.
  ///   - part: The part's number.
  ///   - gradients: Takes the gradients of each layer's parameters.
  ///   - backend: Adds gradients.
  ///   - profile: The profile that the times are added to; nil for none.
  ///   - layerDone: Called after each layer with the one below it, while the gradient of its input is still stored.
  /// - Throws: The errors of the backend's library and of `layerDone`.
  func backward(
    _ range: Range<Int>, after sum: BatchSum?, _ context: RunContext, part: Int, gradients: BatchGradients,
    on backend: any Backend, profile: LaneProfile?,
    layerDone: ((PreparedLayer, PreparedLayer?) throws -> Void)?
  ) throws {
    for position in range.reversed() {
      let layer = layers[position]
      guard layer.computesInputGradient || layer.computesParameterGradients else { continue }
      if position != sum?.layer {
        try profile.measure(layer, .activationGradient) { try layer.kernel.activationGradient(context) }
        try parameterGradients(of: layer, context, part: part, gradients, on: backend, profile) {
          try layer.kernel.parameterGradients(context)
        }
      }
      if layer.computesInputGradient {
        try profile.measure(layer, .inputGradient) { try layer.kernel.inputGradient(context) }
      }
      try layerDone?(layer, position > 0 ? layers[position - 1] : nil)
    }
  }

  private func parameterGradients(
    of layer: PreparedLayer, _ context: RunContext, part: Int, _ gradients: BatchGradients,
    on backend: any Backend,
    _ profile: LaneProfile?, _ compute: () throws -> Void
  ) throws {
    switch gradients[layer.position] {
    case .summed(let sum):
      try partGradients?.use {
        try profile.measure(layer, .parameterGradients) { try compute() }
        profile.measure(layer, .accumulation) { sum.add(part: part, layer, on: backend) }
      }
    case .whole(let whole):
      profile.measure(layer, .accumulation) {
        whole.keep(layer, firstImage: context.firstImage, count: count)
      }
    case nil: break
    }
  }

  // MARK: The loss

  /// Computes the loss of the part, and the gradient of the output if requested.
  ///
  /// - Parameters:
  ///   - loss: The loss.
  ///   - labels: The correct classes of the part's images.
  ///   - imagesOfBatch: The number of images of the whole batch.
  ///   - computesGradient: Whether the gradient is requested.
  ///   - backend: Computes cross entropy.
  /// - Returns: The sums over the part.
  func score(
    _ loss: Loss, _ labels: UnsafePointer<Int32>, imagesOfBatch: Int, computesGradient: Bool,
    on backend: any Backend
  ) -> ClassificationScore {
    guard let logits = outputAddress else { return ClassificationScore() }
    let gradient = computesGradient ? outputGradientAddress : nil
    switch loss {
    case .crossEntropy(let labelSmoothing):
      return backend.softmaxCrossEntropy(
        SoftmaxCrossEntropyCall(
          logits: logits, gradient: gradient, labels: labels, count: count, classes: output.shape[1],
          elementType: output.elementType, gradientScale: 1 / Double(imagesOfBatch),
          labelSmoothing: labelSmoothing))
    case .custom(let loss):
      return lossMemory?.score(loss, logits, labels, imagesOfBatch: imagesOfBatch, gradient: gradient)
        ?? ClassificationScore()
    }
  }

  // MARK: Sums over the batch

  /// Computes a part's share of a sum over the batch.
  ///
  /// - Parameters:
  ///   - sum: The sum.
  ///   - sums: The memory for it.
  ///   - context: The same as in the forward pass.
  ///   - part: The part's number.
  ///   - gradients: Takes the gradients of the layer's parameters, which are computed with the sums.
  ///   - backend: Adds gradients.
  ///   - profile: The profile that the times are added to; nil for none.
  /// - Throws: The errors of the backend's library.
  func compute(
    _ sum: BatchSum, into sums: UnsafeMutablePointer<Double>, _ context: RunContext, part: Int,
    gradients: BatchGradients?, on backend: any Backend, profile: LaneProfile?
  ) throws {
    let layer = layers[sum.layer]
    guard let kernel = layer.statisticsKernel else { return }
    guard sum.statistic == .gradients, let gradients else {
      return profile.measure(layer, .forward) { kernel.sum(sum.statistic, into: sums) }
    }
    try parameterGradients(of: layer, context, part: part, gradients, on: backend, profile) {
      kernel.sum(.gradients, into: sums)
    }
  }

  /// Takes a sum over the batch.
  func take(_ sum: BatchSum, from sums: UnsafePointer<Double>, images: Int, updatesState: Bool) {
    layers[sum.layer].statisticsKernel?
      .take(sum.statistic, from: sums, images: images, updatesState: updatesState)
  }
}
