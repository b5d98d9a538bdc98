import Backends

/// The gradients of all parameters over a batch, while its parts are computed and afterwards.
final class BatchGradients {
  private let layers: [PreparedLayer]
  private let backend: any Backend
  private let precision: Precision
  private let laneCount: Int
  private var gradients: [LayerGradient?]
  private var whole: [(layer: PreparedLayer, gradient: WholeBatchGradient)] = []
  private var images = 0
  /// Whether they have been computed for a batch.
  private(set) var areComputed = false
  private var profile: Profile?
  private var loop: LaneLoop?

  /// - Parameters:
  ///   - layers: The layers.
  ///   - division: The division of the usual batch.
  ///   - backend: Makes the kernels for whole batches.
  ///   - precision: The precision to compute in.
  ///   - crew: The threads of the lanes.
  /// - Throws: The errors of the backend, `OutOfMemory`.
  init(
    of layers: [PreparedLayer], _ division: BatchDivision, on backend: any Backend, _ precision: Precision,
    _ crew: Crew
  ) throws {
    self.layers = layers
    self.backend = backend
    self.precision = precision
    laneCount = division.isWide ? 1 : crew.count
    let lanes = min(laneCount, division.parts)
    gradients = try layers.map { layer in
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
    for layer in layers where layer.computesParameterGradients {
      if case .summed? = gradients[layer.position] { continue }
      let gradient = try WholeBatchGradient(layer, images: images, on: backend, precision: precision)
      whole.append((layer, gradient))
      gradients[layer.position] = .whole(gradient)
    }
  }

  /// The computation of a layer's gradient; nil if it does not have one.
  subscript(layer: Int) -> LayerGradient? { gradients[layer] }

  /// The address of a parameter's gradient over the whole batch; nil if its layer does not have one.
  func address(of parameter: Parameter) -> UnsafeMutableRawPointer? {
    self[parameter.layer].map { $0.total + parameter.layerOffset }
  }

  /// Bytes of all gradients, at most.
  var byteCount: Int { gradients.reduce(0) { $0 + ($1?.byteCount ?? 0) } }

  /// The part of those bytes that is usually never written.
  var rarelyUsed: Int { gradients.reduce(0) { $0 + ($1?.rarelyUsed ?? 0) } }

  /// The bytes of the largest layer's gradient of a part.
  var largestPartByteCount: Int {
    layers.map { layer in
      if case .summed? = gradients[layer.position] { layer.gradientByteCount } else { 0 }
    }.max() ?? 0
  }

  /// Begins a batch.
  ///
  /// - Throws: `OutOfMemory`, possible only if a batch is larger than all before.
  func begin(_ division: BatchDivision) throws {
    if division.images > whole.first?.gradient.images ?? .max { try makeWhole(images: division.images) }
    images = division.images
    let lanes = min(laneCount, division.parts)
    for case .summed(let sum)? in gradients { try sum.begin(parts: division.parts, lanes: lanes) }
  }

  /// Computes the gradients that are computed from the whole batch, the last ones of a batch.
  ///
  /// - Throws: The errors of the backend's library.
  func finish(_ profile: Profile?) throws {
    if !whole.isEmpty {
      self.profile = profile
      try loop?.run(whole.count)
    }
    areComputed = true
  }
}
