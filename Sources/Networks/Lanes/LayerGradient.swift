import Backends
import Operations
import Tensors

/// The computation of the gradients of a layer's parameters over the whole batch.
enum LayerGradient {
  /// The gradients of each part are computed and added up.
  case summed(GradientSum)
  /// They are computed once, from the whole batch.
  case whole(WholeBatchGradient)

  /// The address of the gradients of the whole batch.
  var total: UnsafeMutableRawPointer {
    switch self {
    case .summed(let sum): sum.total
    case .whole(let whole): whole.total
    }
  }

  /// The bytes of the gradients, at most.
  var byteCount: Int {
    switch self {
    case .summed(let sum): sum.byteCount
    case .whole(let whole): whole.byteCount
    }
  }

  /// The part of those bytes that is usually never written.
  var rarelyUsed: Int {
    switch self {
    case .summed(let sum): sum.rarelyUsed
    case .whole: 0
    }
  }
}

/// The gradients of all parameters over a batch, while its parts are computed and afterwards.
final class BatchGradients {
  private let plan: ExecutionPlan
  private let backend: any Backend
  private let options: NetworkOptions
  private let laneCount: Int
  private var layers: [LayerGradient?]
  private var whole: [(layer: PreparedLayer, gradient: WholeBatchGradient)] = []
  private var images = 0
  private var profile: Profile?
  private var loop: LaneLoop?

  /// - Parameters:
  ///   - plan: The layers.
  ///   - division: The division of the usual batch.
  ///   - backend: Makes the kernels for whole batches.
  ///   - options: The options of the network.
  ///   - crew: The threads of the lanes.
  /// - Throws: The errors of the backend, `OutOfMemory`.
  init(
    of plan: ExecutionPlan, _ division: BatchDivision, on backend: any Backend, _ options: NetworkOptions,
    _ crew: Crew
  ) throws {
    self.plan = plan
    self.backend = backend
    self.options = options
    laneCount = division.isWide ? 1 : crew.count
    let lanes = min(laneCount, division.parts)
    layers = try plan.layers.map { layer in
      guard layer.computesParameterGradients else { return nil }
      guard division.isWide || !WholeBatchGradient.isBetter(for: layer, images: division.images) else {
        return nil
      }
      return .summed(try GradientSum(byteCount: layer.gradientByteCount, parts: division.parts, lanes: lanes))
    }
    try makeWhole(images: division.images)
    loop = LaneLoop(crew) { [unowned self] index, lane in
      let (layer, gradient) = whole[index]
      let profile = LaneProfile(profile, lane: lane, of: min(crew.count, whole.count))
      try profile.measure(layer, .parameterGradients) { try gradient.compute(count: images) }
    }
  }

  private func makeWhole(images: Int) throws {
    self.images = images
    whole = []
    for layer in plan.layers where layer.computesParameterGradients {
      if case .summed? = layers[layer.position] { continue }
      let gradient = try WholeBatchGradient(
        layer, images: images, on: backend, precision: options.precision)
      whole.append((layer, gradient))
      layers[layer.position] = .whole(gradient)
    }
  }

  /// The computation of a layer's gradient; nil if it does not have one.
  subscript(layer: Int) -> LayerGradient? { layers[layer] }

  /// Bytes of all gradients, at most.
  var byteCount: Int { layers.reduce(0) { $0 + ($1?.byteCount ?? 0) } }

  /// The part of those bytes that is usually never written.
  var rarelyUsed: Int { layers.reduce(0) { $0 + ($1?.rarelyUsed ?? 0) } }

  /// The bytes of the largest layer's gradient of a part.
  var largestPartByteCount: Int {
    plan.layers.map { layer in
      if case .summed? = layers[layer.position] { layer.gradientByteCount } else { 0 }
    }.max() ?? 0
  }

  /// Begins a batch.
  ///
  /// - Throws: `OutOfMemory`, possible only if a batch is larger than all before.
  func begin(_ division: BatchDivision) throws {
    if division.images > whole.first?.gradient.images ?? .max { try makeWhole(images: division.images) }
    images = division.images
    let lanes = min(laneCount, division.parts)
    for case .summed(let sum)? in layers { try sum.begin(parts: division.parts, lanes: lanes) }
  }

  /// Computes the gradients that are computed from the whole batch.
  ///
  /// - Throws: The errors of the backend's library.
  func finish(_ profile: Profile?) throws {
    guard !whole.isEmpty else { return }
    self.profile = profile
    try loop?.run(whole.count)
  }
}

/// The gradient of a dense layer whose weights outweigh its activations, as those in the heads of AlexNet and VGG do.
///
/// Summing a gradient per part would move the weights through memory for each part. Instead the parts store their
/// inputs and output gradients here, which are small, and one product computes the gradient of the whole batch.
final class WholeBatchGradient: @unchecked Sendable {
  // Sendable because each part writes different rows, and the product runs when all have been written.
  private let kernel: any Kernel
  /// The largest number of images of a batch.
  let images: Int
  private let input: Rows
  private let outputGradient: Rows
  private let gradients: AlignedBuffer
  private let memory: AlignedBuffer

  /// A tensor with one row per image.
  private struct Rows {
    let buffer: AlignedBuffer
    let byteCount: Int

    init(_ layout: Layout) throws {
      byteCount = layout.byteCount / layout.shape[0]
      buffer = try AlignedBuffer(byteCount: layout.byteCount)
    }

    func copy(_ source: UnsafeRawPointer?, from first: Int, count: Int) {
      guard let source else { return }
      (buffer.baseAddress + first * byteCount).copyMemory(from: source, byteCount: count * byteCount)
    }

    /// Fills the rows from an index on with zeros.
    func clear(from first: Int) {
      let start = buffer.baseAddress + first * byteCount
      start.initializeMemory(as: UInt8.self, repeating: 0, count: buffer.byteCount - first * byteCount)
    }
  }

  /// Whether a layer's gradient is better computed from the whole batch.
  static func isBetter(for layer: PreparedLayer, images: Int) -> Bool {
    guard case .dense(let geometry) = layer.operation, layer.requirements.output.isPlain else { return false }
    return geometry.inputFeatures * geometry.outputFeatures
      > 4 * images * (geometry.inputFeatures + geometry.outputFeatures)
  }

  /// Creates the kernel for all images of a batch.
  ///
  /// - Parameters:
  ///   - layer: The layer, prepared for fewer images.
  ///   - images: The largest number of images of a batch.
  ///   - backend: Makes the kernel.
  ///   - precision: The precision to compute in.
  /// - Throws: The errors of the backend, `OutOfMemory`.
  init(_ layer: PreparedLayer, images: Int, on backend: any Backend, precision: Precision) throws {
    guard case .dense(let part) = layer.operation else {
      throw NetworkError.unsuitableModel(reason: "\(layer.name) is not a dense layer")
    }
    self.images = images
    let geometry = try DenseGeometry(
      input: [images, part.inputFeatures], outputFeatures: part.outputFeatures, hasBias: part.hasBias)
    let inputLayout = Layout(plain: geometry.inputShape, precision.activationType)
    // One thread, so that the bits depend on nothing but the batch.
    let request = KernelRequest(
      operation: .dense(geometry), input: inputLayout, precision: precision, isTraining: true,
      needsInputGradient: false, layerIndex: layer.layer.index,
      parameterLayouts: layer.requirements.parameters, threads: ThreadPool(count: 1))
    kernel = try layer.layer.named { try backend.makeKernel(for: request) }
    let needs = kernel.requirements
    input = try Rows(inputLayout)
    outputGradient = try Rows(needs.output)
    gradients = try AlignedBuffer(byteCount: layer.gradientByteCount)
    // The forward pass, which would write the output and read packed weights, is never run.
    let sizes = [needs.savedByteCount, needs.scratchByteCount].map(AlignedBuffer.rounded)
    memory = try AlignedBuffer(byteCount: sizes.reduce(0, +))
    let memory = KernelMemory(
      input: input.buffer.baseAddress, output: outputGradient.buffer.baseAddress, inputGradient: nil,
      outputGradient: outputGradient.buffer.baseAddress,
      parameters: layer.parameters.map { gradients.baseAddress + $0.layerOffset },
      parameterGradients: layer.parameters.map { gradients.baseAddress + $0.layerOffset },
      saved: memory.baseAddress, scratch: memory.baseAddress + sizes[0], packed: memory.baseAddress)
    try layer.layer.named { try kernel.bind(memory) }
  }

  /// Its size in bytes.
  var byteCount: Int {
    gradients.byteCount + input.buffer.byteCount + outputGradient.buffer.byteCount + memory.byteCount
  }

  /// The gradients of the whole batch.
  var total: UnsafeMutableRawPointer { gradients.baseAddress }

  /// Stores the input and the output gradient of a part.
  func keep(_ layer: PreparedLayer, firstImage: Int, count: Int) {
    input.copy(layer.inputAddress, from: firstImage, count: count)
    outputGradient.copy(layer.outputGradientAddress, from: firstImage, count: count)
  }

  /// Computes the gradients of the batch.
  ///
  /// - Parameter count: The number of images in the batch; missing ones add nothing.
  /// - Throws: The errors of the backend's library.
  func compute(count: Int) throws {
    if count < images {
      input.clear(from: count)
      outputGradient.clear(from: count)
    }
    try kernel.parameterGradients(RunContext(isTraining: true))
  }
}
