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
  /// The output as it is read from outside.
  let output: NetworkOutput
  /// The times at which each tensor is needed.
  let liveness: Liveness
  /// The offsets of each layer's tensors.
  let memoryPlan: MemoryPlan
  private var arena: AlignedBuffer?
  private var partGradients: PartGradients?
  private var pixels: PixelConversion?
  private var packed: AlignedBuffer?
  /// Whether all threads share each pass, instead of one thread computing it.
  let isWide: Bool
  private let threads: ThreadPool
  /// The plan whose packed parameters it shares: that of another lane for the same number of images.
  private let packing: ExecutionPlan?
  /// The version of the parameters that its kernels use.
  private var parametersVersion = -1
  /// The layers whose kernels take sums over the batch; none without training.
  let summingLayers: [Int]
  /// The position of the layer at which backward passes end; one after the last if nothing is trained.
  let firstBackward: Int

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
    let packing = earlier.flatMap { $0.count == input[0] && $0.isWide == isWide ? $0 : nil }
    self.packing = packing
    let inputLayout = Layout(plain: input, options.precision.activationType)
    self.input = inputLayout
    let rewritten = RewrittenLayers(resolved, by: options.possibleRewrites, allowing: backend.allows)
    rewrites = rewritten.applied
    let backward = BackwardPass(through: rewritten.layers, options)
    firstBackward = backward.first

    let kernels = try KernelMaker(
      backend: backend, options: options, backward: backward, threads: threads, isWide: isWide,
      earlier: earlier?.layers
    ).kernels(of: rewritten.layers, input: inputLayout)
    output = try NetworkOutput(
      of: kernels.last?.requirements.output ?? inputLayout, precision: options.precision, backend: backend)
    let liveness = Liveness(
      input: inputLayout,
      requirements: kernels.map(\.requirements) + [output.requirements].compactMap(\.self),
      isTraining: options.isTraining, keepsActivations: options.keepsActivations)
    let memoryPlan = MemoryPlan(liveness.blocks)
    self.liveness = liveness
    self.memoryPlan = memoryPlan

    var (end, stateEnd) = (0, 0)
    let outputNames = rewritten.outputNames
    layers = try rewritten.layers.enumerated().map { index, layer in
      let kernel = kernels[index]
      let layouts = kernel.requirements.parameters
      let parameters = Parameter.all(of: layer, layouts: layouts, options, from: end, layer: index)
      let states = LayerState.all(of: layer, precision: options.precision, from: stateEnd)
      (end, stateEnd) = (parameters.last?.end ?? end, states.last?.end ?? stateEnd)
      return PreparedLayer(
        layer, kernel: kernel, parameters: parameters, states: states,
        foldedParameters: try packing?.layers[index].foldedParameters
          ?? FoldedParameters(of: layer, layouts: layouts),
        storage: liveness.layers[index].placed(by: memoryPlan),
        position: index, outputName: outputNames[index],
        computesInputGradient: backward.needsInputGradient(index),
        computesParameterGradients: backward.needsParameterGradients(index, kernel))
    }
    summingLayers = options.isTraining ? layers.filter { $0.statisticsKernel != nil }.map(\.position) : []
  }

  /// Bytes of activations, gradients of activations, saved state and scratch.
  var arenaByteCount: Int { memoryPlan.byteCount }

  /// The bytes of these that are kept from the forward to the backward pass.
  var keptByteCount: Int { liveness.keptByteCount }

  /// Bytes of the kernels' copies of the parameters in another form, unless another plan has them.
  var packedByteCount: Int {
    guard packing == nil else { return 0 }
    return layers.reduce(0) { $0 + AlignedBuffer.rounded($1.requirements.packedByteCount) }
  }

  /// Bytes of folded parameters, unless another plan has them.
  var foldedByteCount: Int {
    packing == nil ? layers.reduce(0) { $0 + ($1.foldedParameters?.byteCount ?? 0) } : 0
  }

  /// Whether the kernels have memory.
  var isBound: Bool { arena != nil }

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
    try output.bind(last, arena: base, packed: packed.baseAddress)
  }

  /// Writes the input, the images of a batch from one on.
  func read(_ pixels: Pixels, from firstImage: Int) {
    self.pixels?.write(pixels.advanced(by: firstImage * (input.shape.elementCount / count)))
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
