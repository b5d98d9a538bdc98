import Backends
import Layers
import Operations
import Tensors

/// A model on a backend, with memory: what runs.
///
/// Everything is prepared when it is made: kernels, layouts, memory. Running it does arithmetic only. A batch of any size
/// is cut into parts of a fixed number of images. A *lane* is a thread with kernels of its own, made for one thread, and
/// memory of its own; a free lane takes the next part. Gradients are added up over the parts in a balanced binary tree
/// (``SumTree``), so that a step gives the same bits on any number of threads.
///
/// A network is used from one thread at a time.
public final class Network {
  /// The model.
  public let model: Sequential
  /// The shape of one image, C×H×W, or of whatever else one element of a batch is.
  public let image: Shape
  /// The backend that made the kernels.
  public let backend: any Backend
  /// How the network was prepared.
  public let options: NetworkOptions
  /// How bytes become numbers.
  public let normalisation: Normalisation
  /// How many images a part of a batch has: as many as a lane computes at a time.
  public let microBatch: Int
  /// Where the times of all that runs are added up; nil, as usual, for nowhere.
  public var profile: Profile?
  /// Observes the output of every layer; nil, the default, for no observer.
  ///
  /// With one, the parts of a batch are computed in order.
  public var activationObserver: ActivationObserver?
  let store: ParameterStore
  let mainPlan: ExecutionPlan
  let parameterUpdate: ParameterUpdate
  private let cutting: BatchCutting
  private let makePlan:
    (_ count: Int, _ threads: ThreadPool, _ earlier: ExecutionPlan?) throws -> ExecutionPlan
  private var lanes: [Lane] = []
  /// What computes parts by all threads: those of a batch with fewer images than the lanes would need.
  private var wideLane: Lane?
  private var loop: LaneLoop?
  /// What is being computed.
  private var batch = Batch()
  private var division = BatchDivision(images: 0, partSize: 1, isWide: false)
  private let scores = PartScores()

  /// What is to be done with a batch.
  struct Batch {
    var pixels: Pixels?
    var count = 0
    var pass = Pass()
    /// The right classes, for the loss.
    var labels: UnsafePointer<Int32>?
    var computesGradients = false
    /// Where the output goes, plain float32.
    var output: UnsafeMutablePointer<Float>?
  }

  /// Prepares a network; its parameters are zero until they are set or initialised.
  ///
  /// - Parameters:
  ///   - model: The layers.
  ///   - image: The shape of one image, C×H×W; for layers that take anything, any shape.
  ///   - backend: The backend to run on.
  ///   - options: Batch sizes, precision, and whether it will be trained.
  ///   - normalisation: How bytes become numbers.
  /// - Throws: `LayerError` if the image does not fit a layer, ``NetworkError`` if the backend cannot do an
  ///   operation, `OutOfMemory` if there is not enough memory.
  public init(
    _ model: Sequential, image: Shape, backend: any Backend, options: NetworkOptions = NetworkOptions(),
    normalisation: Normalisation = .none
  ) throws {
    guard let usual = options.batchSizes.first, options.batchSizes.allSatisfy({ $0 > 0 }) else {
      throw NetworkError("batch sizes must be at least 1, not \(options.batchSizes)")
    }
    if let microBatch = options.microBatch, microBatch < 1 {
      throw NetworkError("a micro-batch must have at least 1 image, not \(microBatch)")
    }
    let layers = try model.resolved(for: image.batched(1))
    guard !layers.isEmpty else { throw NetworkError("the model has no layers") }
    let mixesImages = options.isTraining && layers.contains { $0.operation.mixesImages }
    if mixesImages, let microBatch = options.microBatch, microBatch < usual {
      throw NetworkError(
        "batch normalization needs the whole batch at once in training: a micro-batch of \(microBatch) is less than "
          + "the \(usual) images of a batch")
    }
    let elementsPerImage = layers.reduce(0) { total, layer in
      guard case .convolution = layer.operation else { return total }
      return total + layer.operation.outputShape.elementCount
    }
    // Activations can be read of one part only, so that it has to be the whole batch.
    let automatic =
      mixesImages || options.keepsActivations
      ? usual : BatchDivision.automaticPartSize(images: usual, elementsPerImage: elementsPerImage)
    microBatch = min(options.microBatch ?? automatic, usual)
    self.model = model
    self.image = image
    self.backend = backend
    self.options = options
    self.normalisation = normalisation
    makePlan = { count, threads, earlier in
      let input = image.batched(count)
      threads.makeCurrent()
      return try ExecutionPlan(
        model.resolved(for: input), input: input, backend: backend, options: options, threads: threads,
        sharingParametersWith: earlier)
    }
    let crew = Crew(backend.threads)
    let cutting = BatchCutting(
      microBatch: microBatch, elementsPerImage: elementsPerImage, mixesImages: mixesImages, options: options,
      threads: backend.threads)
    self.cutting = cutting
    let divisions = options.batchSizes.map { cutting.division(of: $0, isTraining: options.isTraining) }
    let usualDivision = divisions[0]
    mainPlan = try makePlan(
      usualDivision.count(ofPart: 0), usualDivision.isWide ? backend.threads : ThreadPool(count: 1), nil)
    store = try ParameterStore(
      mainPlan.layers,
      gradients: options.isTraining
        ? BatchGradients(of: mainPlan, usualDivision, on: backend, options, crew) : nil,
      hasMomentum: options.isTraining && options.hasMomentum)
    parameterUpdate = ParameterUpdate(of: store, on: backend, crew)
    loop = LaneLoop(crew) { [unowned self] part, lane in try compute(part: part, lane: lane) }
    try makeLanes(divisions)
    resetState()
  }

  /// The layers that are run for a part, in order.
  public var layers: [PreparedLayer] { mainPlan.layers }

  /// How the model's layers became ``layers``: in which order, and of what the rewrites were made.
  public var rewrites: [AppliedRewrite] { mainPlan.rewrites }

  /// How many lanes compute the parts of the largest of the batches that the network was prepared for.
  public var laneCount: Int { max(lanes.count, 1) }

  /// The copies into other layouts that remain, with the layer and the time so far, over all lanes and batch sizes.
  public var conversions: [(layer: String, conversion: LayoutConversion)] {
    plans.flatMap(\.layers).flatMap { layer in
      layer.kernel.conversions.map { (layer.name, $0) }
    }
  }

  /// The bytes that the network holds.
  public var memory: NetworkMemory {
    NetworkMemory(
      activations: allLanes.reduce(0) { $0 + $1.byteCount }, parameters: store.byteCount,
      packedParameters: plans.reduce(0) { $0 + $1.packedByteCount + $1.foldedByteCount })
  }

  private var allLanes: [Lane] { lanes + [wideLane].compactMap(\.self) }

  private var plans: [ExecutionPlan] { allLanes.flatMap(\.plans.values) }

  /// How many classes it tells apart; nil if its output is not one number per class.
  public var classes: Int? {
    let output = mainPlan.output.shape
    return output.rank == 2 ? output[1] : nil
  }

  /// The shape of the output for a number of images.
  public func outputShape(_ count: Int) -> Shape {
    mainPlan.output.shape.withBatch(count)
  }

  /// The elements of the output for one image.
  var outputElementsPerImage: Int { mainPlan.output.shape.elementCount / mainPlan.count }

  /// The parameters' names and plain shapes, in the model's order.
  public var parameterShapes: [(name: String, shape: Shape)] {
    store.parameters.map { ($0.name, $0.specification.shape) }
  }

  // MARK: Preparing

  /// Makes the lanes for some batches, and binds the main plan.
  private func makeLanes(_ divisions: [BatchDivision]) throws {
    var (wide, narrow): ([Int], [Int]) = ([], [])
    for division in divisions {
      let counts = [division.count(ofPart: 0), division.count(ofPart: division.parts - 1)]
      if division.isWide { wide += counts } else { narrow += counts }
    }
    if !wide.isEmpty { wideLane = try makeLane(Set(wide), backend.threads) }
    guard !narrow.isEmpty else { return }
    let parts = divisions.filter { !$0.isWide }.map(\.parts).max() ?? 1
    for _ in 0..<min(backend.threads.count, parts) {
      lanes.append(try makeLane(Set(narrow), ThreadPool(count: 1)))
    }
  }

  private func makeLane(_ counts: Set<Int>, _ threads: ThreadPool) throws -> Lane {
    let plans = try counts.sorted().map { try makePlan(forCount: $0, threads) }
    return try Lane(
      plans, gradientByteCount: store.gradients?.largestPartByteCount ?? 0, store,
      normalisation: normalisation)
  }

  /// The main plan if it is this one and not in use yet, otherwise another that shares what it can.
  private func makePlan(forCount count: Int, _ threads: ThreadPool) throws -> ExecutionPlan {
    if count == mainPlan.count && threads == mainPlan.threads && mainPlan.outputAddress == nil {
      return mainPlan
    }
    let first = threads.count == 1 ? lanes.first?.plans[count] : nil
    return try makePlan(count, threads, first ?? mainPlan)
  }

  /// Makes what is still missing to compute a batch.
  private func prepare(_ division: BatchDivision) throws {
    if division.isWide, wideLane == nil {
      wideLane = try makeLane([division.count(ofPart: 0)], backend.threads)
    }
    while !division.isWide, lanes.count < min(backend.threads.count, division.parts) {
      let counts = lanes.first.map { Set($0.plans.keys) } ?? [division.count(ofPart: 0)]
      lanes.append(try makeLane(counts, ThreadPool(count: 1)))
    }
    try prepare(division, ofPart: 0)
    try prepare(division, ofPart: division.parts - 1)
  }

  private func prepare(_ division: BatchDivision, ofPart part: Int) throws {
    let count = division.count(ofPart: part)
    guard !division.isWide else { return try prepare(wideLane, count, backend.threads) }
    for lane in lanes { try prepare(lane, count, ThreadPool(count: 1)) }
  }

  private func prepare(_ lane: Lane?, _ count: Int, _ threads: ThreadPool) throws {
    guard let lane, lane.plans[count] == nil else { return }
    try lane.add(makePlan(forCount: count, threads), store, normalisation: normalisation)
  }

  // MARK: Running

  /// Runs a batch, part by part.
  ///
  /// - Parameter batch: What is to be done.
  /// - Returns: The score, if there are labels.
  /// - Throws: What the backend's library refuses, and what an observer throws.
  @discardableResult
  func run(_ batch: Batch) throws -> ClassificationScore {
    guard batch.count > 0 else { return ClassificationScore() }
    let division = cutting.division(of: batch.count, isTraining: batch.pass.isTraining)
    try prepare(division)
    self.division = division
    self.batch = batch
    scores.reserve(division.parts)
    if batch.computesGradients { try store.gradients?.begin(division) }
    if division.isWide {
      backend.threads.makeCurrent()
      try showParameters(wideLane)
      for part in 0..<division.parts { try compute(part: part, lane: 0) }
    } else {
      ThreadPool(count: 1).makeCurrent()
      try showParameters(lanes.first)
      try loop?.run(division.parts, inOrder: activationObserver != nil)
    }
    if batch.computesGradients { try store.gradients?.finish(profile) }
    return batch.labels == nil ? ClassificationScore() : scores.sum(division.parts)
  }

  /// The plan that has computed the last part.
  var lastPlan: ExecutionPlan? {
    (division.isWide ? wideLane : lanes.first)?.plans[division.count(ofPart: division.parts - 1)]
  }

  /// Shows the newest parameters to the kernels of the first lane, which shares what it packs with the others.
  private func showParameters(_ lane: Lane?) throws {
    try showParameters(lane, ofPart: 0)
    try showParameters(lane, ofPart: division.parts - 1)
  }

  private func showParameters(_ lane: Lane?, ofPart part: Int) throws {
    try lane?.plans[division.count(ofPart: part)]?
      .parametersChanged(store, on: backend, profile: LaneProfile(profile))
  }

  /// Computes a part of the batch.
  private func compute(part: Int, lane number: Int) throws {
    let (first, count) = (division.firstImage(ofPart: part), division.count(ofPart: part))
    guard let plan = (division.isWide ? wideLane : lanes[number])?.plans[count], let pixels = batch.pixels
    else { return }
    let busy = division.isWide ? 1 : min(lanes.count, division.parts)
    let profile = LaneProfile(profile, lane: number, of: busy)
    var pass = batch.pass
    pass.firstImage = first
    profile.measure(.inputConversion) { plan.read(pixels.advanced(by: first * image.elementCount)) }
    try plan.forward(
      pass, profile: profile,
      layerDone: activationObserver.map { observer in { try self.show($0, to: observer) } })
    if let activationObserver { try showOutput(of: plan, to: activationObserver) }
    if let output = batch.output {
      try profile.measure(.outputConversion) {
        try copyOutput(of: plan, to: output + first * outputElementsPerImage)
      }
    }
    guard let labels = batch.labels else { return }
    scores[part] = profile.measure(.loss) { loss(plan, labels + first) }
    guard batch.computesGradients, let gradients = store.gradients else { return }
    try plan.backward(pass, part: part, gradients: gradients, on: backend, profile: profile)
  }

  private func loss(_ plan: ExecutionPlan, _ labels: UnsafePointer<Int32>) -> ClassificationScore {
    guard let logits = plan.outputAddress else { return ClassificationScore() }
    return backend.softmaxCrossEntropy(
      SoftmaxCrossEntropyCall(
        logits: logits, gradient: batch.computesGradients ? plan.outputGradientAddress : nil, labels: labels,
        count: plan.count, classes: plan.output.shape[1], elementType: plan.output.elementType,
        gradientScale: 1 / Double(batch.count)))
  }

  private func copyOutput(of plan: ExecutionPlan, to destination: UnsafeMutablePointer<Float>) throws {
    guard let output = plan.outputAddress else { return }
    let layout = plan.output
    if layout.elementType == .float32 {
      UnsafeMutableRawPointer(destination).copyMemory(from: output, byteCount: layout.byteCount)
    } else {
      try backend.copy(output, layout, to: destination, Layout(plain: layout.shape, .float32))
    }
  }
}

/// The scores of the parts of a batch; each lane writes those of its own parts.
private final class PartScores: @unchecked Sendable {
  private var scores = UnsafeMutableBufferPointer<ClassificationScore>.allocate(capacity: 0)

  deinit {
    scores.deallocate()
  }

  /// Makes room for the scores of some parts.
  func reserve(_ parts: Int) {
    guard parts > scores.count else { return }
    scores.deallocate()
    scores = .allocate(capacity: parts)
    scores.initialize(repeating: ClassificationScore())
  }

  subscript(part: Int) -> ClassificationScore {
    get { scores[part] }
    set { scores[part] = newValue }
  }

  /// The score of the first parts together.
  func sum(_ parts: Int) -> ClassificationScore {
    let scores = UnsafeMutableBufferPointer(rebasing: scores[..<parts])
    SumTree.sum(scores, +=)
    return scores[0]
  }
}
/// The bytes that a network holds.
public struct NetworkMemory: Sendable, Equatable {
  /// Activations, their gradients, saved state and scratch.
  public let activations: Int
  /// Parameters, their gradients and velocities.
  public let parameters: Int
  /// What kernels keep of the parameters in another form.
  public let packedParameters: Int

  /// All of it.
  public var total: Int { activations + parameters + packedParameters }
}
