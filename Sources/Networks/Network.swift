import Backends
import Layers
import Operations
import Tensors

/// A model prepared on a backend, with its memory, ready to run.
///
/// Kernels, layouts and memory are prepared when it is created; running it does only arithmetic. A batch of any size is
/// cut into parts of a fixed number of images. A *lane* is a thread with separate single-threaded kernels and memory; a
/// free lane takes the next part. Gradients are added up over the parts in a balanced binary tree (`SumTree`), so that
/// a step gives the same bits on any number of threads.
///
/// A network must be used from one thread at a time.
public final class Network {
  /// The model.
  public let model: Sequential
  /// The shape of one image, C×H×W, or of any other element of a batch.
  public let image: Shape
  /// The backend that made the kernels.
  public let backend: any Backend
  /// The options that the network was prepared with.
  public let options: NetworkOptions
  /// The normalization of bytes.
  public let normalization: Normalization
  /// The number of images of a part of a batch, which a lane computes at a time.
  public let microBatch: Int
  /// The profile that the times are added to; nil, the default, for none.
  package var profile: Profile?
  /// Observes the output of every layer; nil, the default, for no observer.
  ///
  /// With one, the parts of a batch are computed in order.
  package var activationObserver: ActivationObserver?
  let store: ParameterStore
  let mainPlan: ExecutionPlan
  /// The optimizer's step; nil without training.
  let parameterUpdate: ParameterUpdate?
  /// The moving average of the parameters; nil if none is kept.
  let parameterAverage: ParameterAverage?
  private let cutting: BatchCutting
  private let makePlan: (_ count: Int, _ isWide: Bool, _ earlier: ExecutionPlan?) throws -> ExecutionPlan
  /// One for each lane, or for each part if the parts wait for sums over the batch.
  private var workspaces: [Workspace] = []
  /// Computes each part with all threads, for batches too small for lanes.
  private var wideWorkspace: Workspace?
  private var partGradients: [PartGradients] = []
  private var loop: LaneLoop?
  private let trainingPhases: [Phase]
  private let otherPhases: [Phase]
  private let sums: BatchSums
  /// The current batch.
  private var batch = Batch()
  private var division = BatchDivision(images: 0, partSize: 1, isWide: false)
  private var phase: Phase
  private let scores = PartScores()
  /// Inspects all numbers of a batch; nil by default.
  private var search: NonFiniteSearch?

  /// The work on a batch.
  struct Batch {
    var pixels: Pixels?
    var count = 0
    var context = RunContext()
    /// The correct classes, for the loss.
    var labels: UnsafePointer<Int32>?
    var loss = Loss.crossEntropy(labelSmoothing: 0)
    var computesGradients = false
    /// The memory for the output, plain float32.
    var output: UnsafeMutablePointer<Float>?
  }

  /// Prepares a network; its parameters are zero until they are set or initialized.
  ///
  /// - Parameters:
  ///   - model: The layers.
  ///   - image: The shape of one image, C×H×W, or any shape that the layers take.
  ///   - backend: The backend to run on.
  ///   - options: Batch sizes, precision, and whether and how it will be trained.
  ///   - normalization: The normalization of bytes.
  /// - Throws: `LayerError` if the image does not fit a layer, ``NetworkError`` if the backend does not support an
  ///   operation or the options name a parameter that does not exist, `OutOfMemory` if there is not enough memory.
  public init(
    _ model: Sequential, image: Shape, backend: any Backend, options: NetworkOptions = NetworkOptions(),
    normalization: Normalization = .none
  ) throws {
    guard let usual = options.batchSizes.first, options.batchSizes.allSatisfy({ 1...(1 << 20) ~= $0 }) else {
      let sizes = options.batchSizes.map(String.init).joined(separator: ", ")
      throw NetworkError.invalidArgument(
        name: "batchSizes", reason: "a batch must have 1 to 1048576 images, not \(sizes)")
    }
    if let microBatch = options.microBatch, microBatch < 1 {
      throw NetworkError.invalidArgument(
        name: "microBatch", reason: "a micro-batch must have at least 1 image, not \(microBatch)")
    }
    let layers = try model.resolved(for: image.batched(1))
    guard !layers.isEmpty else { throw NetworkError.unsuitableModel(reason: "the model has no layers") }
    try options.requireParameters(of: layers)
    let partSize = PartSize(of: layers)
    let makePlan = { count, isWide, earlier in
      let input = image.batched(count)
      return try ExecutionPlan(
        model.resolved(for: input), input: input, backend: backend, options: options, isWide: isWide,
        sharingParametersWith: earlier)
    }
    func cutting(needsWholeBatches: Bool) -> BatchCutting {
      // Activations can be read for one part only, so the part has to be the whole batch.
      let automatic =
        needsWholeBatches || options.keepsActivations
        ? usual : partSize.images(ofBatch: usual)
      return BatchCutting(
        microBatch: min(options.microBatch ?? automatic, usual), automatic: partSize,
        needsWholeBatches: needsWholeBatches, options: options)
    }
    func mainPlan(_ cutting: BatchCutting) throws -> ExecutionPlan {
      let division = cutting.division(of: usual, isTraining: options.isTraining)
      return try makePlan(division.count(ofPart: 0), division.isWide, nil)
    }
    let mixing = options.isTraining ? layers.first { $0.operation.mixesImages } : nil
    var chosen = cutting(needsWholeBatches: false)
    var plan = try mainPlan(chosen)
    if let mixing, plan.layers.contains(where: { $0.operation.mixesImages && $0.statisticsKernel == nil }) {
      if let microBatch = options.microBatch, microBatch < usual {
        throw NetworkError.invalidArgument(
          name: "microBatch",
          reason:
            "\(mixing.name): training on \(backend.name) needs the whole batch at once: a micro-batch of \(microBatch) is "
            + "less than the \(usual) images of a batch")
      }
      chosen = cutting(needsWholeBatches: true)
      plan = try mainPlan(chosen)
    }
    self.model = model
    self.image = image
    self.backend = backend
    self.options = options
    self.normalization = normalization
    self.makePlan = makePlan
    self.cutting = chosen
    self.mainPlan = plan
    microBatch = chosen.microBatch

    let layerCount = plan.layers.count
    let summing = options.isTraining ? plan.summingLayers : []
    trainingPhases = Phase.all(
      layers: layerCount, summing: summing, firstBackward: plan.firstBackward,
      computesGradients: options.isTraining)
    otherPhases = Phase.all(layers: layerCount, summing: [], computesGradients: options.isTraining)
    phase = otherPhases[0]
    sums = try BatchSums(count: summing.map { plan.layers[$0].statisticsKernel?.sumCount ?? 0 }.max() ?? 0)

    let crew = Crew(backend.threads)
    let divisions = options.batchSizes.map { chosen.division(of: $0, isTraining: options.isTraining) }
    store = try ParameterStore(
      plan.layers,
      gradients: options.isTraining
        ? BatchGradients(of: plan, divisions[0], on: backend, options, crew) : nil,
      slots: options.isTraining ? options.optimizerSlots : [], keepsAverage: options.keepsAverage)
    parameterUpdate = options.isTraining ? ParameterUpdate(of: store, on: backend, crew) : nil
    parameterAverage = options.keepsAverage ? ParameterAverage(of: store, crew) : nil
    loop = LaneLoop(crew) { [unowned self] part, lane in try compute(part: part, lane: lane) }
    for division in divisions { try prepare(division) }
    resetState()
  }

  /// The layers that are run for a part, in order.
  package var layers: [PreparedLayer] { mainPlan.layers }

  /// The rewrites that were applied to the model's layers, in order.
  public var rewrites: [AppliedRewrite] { mainPlan.rewrites }

  /// The layers whose convolutions use an algorithm, in the model's order.
  public func layers(by algorithm: ConvolutionAlgorithm) -> [String] {
    layers.filter { $0.requirements.algorithm == algorithm }.map(\.name)
  }

  /// The plan for a batch of the usual size: its parts, lanes and phases, and the memory of a part.
  package var batchPlan: BatchPlan {
    BatchPlan(
      cutting.division(of: options.batchSizes[0], isTraining: options.isTraining),
      threads: backend.threads.count, phases: trainingPhases.count, byteCountOfPart: mainPlan.arenaByteCount)
  }

  /// Whether the gradients of a layer's parameters are computed once, from the whole batch, instead of for each part.
  package func isGradientOfWholeBatch(_ layer: PreparedLayer) -> Bool {
    if case .whole? = store.gradients?[layer.position] { true } else { false }
  }

  /// The number of lanes that compute the parts of the usual batch.
  public var laneCount: Int { batchPlan.lanes }

  /// The remaining reorders, with the layer and the time so far, over all lanes and batch sizes.
  public var reorders: [(layer: String, record: ReorderRecord)] {
    plans.flatMap(\.layers).flatMap { layer in
      layer.kernel.reorders.map { (layer.name, $0) }
    }
  }

  /// The bytes that the network holds.
  public var memory: NetworkMemory {
    let arenas = allWorkspaces.reduce(0) { $0 + $1.byteCount }
    let kept = allWorkspaces.count * mainPlan.keptByteCount
    return NetworkMemory(
      weights: store.valueByteCount,
      gradients: store.gradientByteCount + partGradients.reduce(0) { $0 + $1.byteCount },
      rarelyUsed: store.rarelyUsedByteCount,
      optimizer: store.slotByteCount, averages: store.averageByteCount,
      packed: plans.reduce(0) { $0 + $1.packedByteCount + $1.foldedByteCount }, activations: kept,
      workspace: arenas - kept)
  }

  private var allWorkspaces: [Workspace] { workspaces + [wideWorkspace].compactMap(\.self) }

  private var plans: [ExecutionPlan] { allWorkspaces.flatMap(\.plans.values) }

  /// The number of classes; nil if the output is not one number per class.
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

  /// Whether parts wait for sums over the batch in training, each in a separate workspace.
  private var isPhased: Bool { trainingPhases.count > 1 }

  /// Makes whatever is still missing for computing a batch.
  private func prepare(_ division: BatchDivision) throws {
    try sums.reserve(parts: division.parts)
    try scores.reserve(division.parts)
    if division.isWide {
      wideWorkspace = try wideWorkspace ?? makeWorkspace()
    } else {
      let needed = isPhased ? division.parts : min(backend.threads.count, division.parts)
      while workspaces.count < needed { workspaces.append(try makeWorkspace()) }
    }
    if let wideWorkspace, division.isWide {
      try prepare(wideWorkspace, division.count(ofPart: 0), isWide: true)
      try prepare(wideWorkspace, division.count(ofPart: division.parts - 1), isWide: true)
    } else if isPhased {
      for part in 0..<division.parts {
        try prepare(workspaces[part], division.count(ofPart: part), isWide: false)
      }
    } else {
      for workspace in workspaces {
        try prepare(workspace, division.count(ofPart: 0), isWide: false)
        try prepare(workspace, division.count(ofPart: division.parts - 1), isWide: false)
      }
    }
  }

  private func makeWorkspace() throws -> Workspace {
    let byteCount = store.gradients?.largestPartByteCount ?? 0
    guard byteCount > 0 else { return Workspace(gradients: nil) }
    // Two per lane, so that a lane rarely waits for another that uses the same memory.
    if partGradients.count < 2 * backend.threads.count {
      partGradients.append(try PartGradients(byteCount: byteCount))
    }
    return Workspace(gradients: partGradients[workspaces.count % partGradients.count])
  }

  private func prepare(_ workspace: Workspace, _ count: Int, isWide: Bool) throws {
    guard workspace.plans[count] == nil else { return }
    try workspace.add(makePlan(forCount: count, isWide: isWide), store, normalization: normalization)
  }

  /// The main plan if it fits and is not in use yet, otherwise a new one that shares as much of it as possible.
  private func makePlan(forCount count: Int, isWide: Bool) throws -> ExecutionPlan {
    if count == mainPlan.count && isWide == mainPlan.isWide && mainPlan.outputAddress == nil {
      return mainPlan
    }
    let first = isWide ? nil : workspaces.lazy.compactMap { $0.plans[count] }.first
    return try makePlan(count, isWide, first ?? mainPlan)
  }

  // MARK: Running

  /// Runs a batch, part by part.
  ///
  /// - Parameter batch: The work.
  /// - Returns: The score, if there are labels.
  /// - Throws: The errors of the backend's library and of the observer.
  @discardableResult
  func run(_ batch: Batch) throws -> ClassificationScore {
    guard batch.count > 0 else { return ClassificationScore() }
    if batch.context.isTraining { try requireStatistics(count: batch.count) }
    let division = cutting.division(of: batch.count, isTraining: batch.context.isTraining)
    try prepare(division)
    self.division = division
    self.batch = batch
    let isPhased = isPhased && batch.context.isTraining
    self.batch.context.hasBatchStatistics = isPhased
    if batch.computesGradients { try store.gradients?.begin(division) }
    try showParameters(division)
    for phase in isPhased ? trainingPhases : otherPhases {
      self.phase = phase
      if division.isWide {
        for part in 0..<division.parts { try compute(part: part, lane: 0) }
      } else {
        try loop?.run(division.parts, inOrder: activationObserver != nil || search != nil)
      }
      if phase.end != nil { sums.addUp(parts: division.parts) }
    }
    if batch.computesGradients { try store.gradients?.finish(profile) }
    return batch.labels == nil ? ClassificationScore() : scores.sum(division.parts)
  }

  private func requireStatistics(count: Int) throws {
    let single = layers.first { layer in
      guard case .batchNormalization(let geometry) = layer.operation else { return false }
      return geometry.plane.area * count == 1
    }
    guard let single else { return }
    throw NetworkError.unsuitableInput(
      reason:
        "\(single.name): training needs more than one value per channel to normalize by, and this batch has one; "
        + "remove it, or use more images")
  }

  /// The plan that computed the last part.
  var lastPlan: ExecutionPlan? {
    workspace(part: division.parts - 1, lane: 0)?.plans[division.count(ofPart: division.parts - 1)]
  }

  private func workspace(part: Int, lane: Int) -> Workspace? {
    division.isWide ? wideWorkspace : workspaces[isPhased ? part : lane]
  }

  /// Notifies the kernels that keep the parameters in another form, shared with all others, that they have changed.
  private func showParameters(_ division: BatchDivision) throws {
    (division.isWide ? backend.threads : ThreadPool(count: 1)).makeCurrent()
    let profile = LaneProfile(profile)
    if division.isWide {
      try wideWorkspace?.showParameters(store, on: backend, division, profile)
    } else {
      for workspace in workspaces { try workspace.showParameters(store, on: backend, division, profile) }
    }
  }

  /// Computes a phase of a part of the batch.
  private func compute(part: Int, lane: Int) throws {
    let (first, count) = (division.firstImage(ofPart: part), division.count(ofPart: part))
    guard let plan = workspace(part: part, lane: lane)?.plans[count] else { return }
    let busy = division.isWide ? 1 : min(backend.threads.count, division.parts)
    let profile = LaneProfile(profile, lane: lane, of: busy)
    var context = batch.context
    context.firstImage = first
    if let start = phase.start {
      plan.take(start, from: sums.total, images: batch.count, updatesState: part == 0)
    } else if let pixels = batch.pixels {
      profile.measure(.inputConversion) { plan.read(pixels.advanced(by: first * image.elementCount)) }
    }
    if phase.start == nil { try search?.checkInput(of: plan) }
    try plan.forward(phase.forward, context, profile: profile, layerDone: outputObserver)
    if phase.isTurn { try turn(plan, context, part: part, profile: profile) }
    if batch.computesGradients, let gradients = store.gradients {
      try plan.backward(
        phase.backward, after: phase.start, context, part: part, gradients: gradients, on: backend,
        profile: profile, layerDone: inputGradientObserver)
    }
    guard let end = phase.end else { return }
    try plan.compute(
      end, into: sums[part], context, part: part, gradients: store.gradients, on: backend, profile: profile)
  }

  /// The observer of each layer's output, if there is one.
  private var outputObserver: ((PreparedLayer) throws -> Void)? {
    if let activationObserver { return { try self.show($0, to: activationObserver) } }
    return search.map { search in { try search.checkOutput(of: $0) } }
  }

  private var inputGradientObserver: ((PreparedLayer, PreparedLayer?) throws -> Void)? {
    search.map { search in { try search.checkInputGradient(of: $0, below: $1) } }
  }

  /// Lets a search inspect what a function computes.
  func searching(_ search: NonFiniteSearch, _ body: () throws -> Void) rethrows {
    self.search = search
    defer { self.search = nil }
    try body()
  }

  /// Copies out the output of a part, and computes its score and the gradient of the loss.
  private func turn(_ plan: ExecutionPlan, _ context: RunContext, part: Int, profile: LaneProfile?) throws {
    let first = division.firstImage(ofPart: part)
    try plan.reorderOutput(context, profile: profile)
    if let activationObserver { try showOutput(of: plan, to: activationObserver) }
    if let output = batch.output {
      try profile.measure(.outputReorder) {
        try copyOutput(of: plan, to: output + first * outputElementsPerImage)
      }
    }
    guard let labels = batch.labels else { return }
    scores[part] = profile.measure(.loss) {
      plan.score(
        batch.loss, labels + first, imagesOfBatch: batch.count, computesGradient: batch.computesGradients,
        on: backend)
    }
    try search?.checkLoss(scores[part], of: plan, hasGradient: batch.computesGradients)
    if batch.computesGradients { try plan.reorderOutputGradient(context, profile: profile) }
  }

  private func copyOutput(of plan: ExecutionPlan, to destination: UnsafeMutablePointer<Float>) throws {
    guard let output = plan.outputAddress else { return }
    let layout = plan.output
    if layout.elementType == .float32 {
      UnsafeMutableRawPointer(destination).copyMemory(from: output, byteCount: layout.byteCount)
    } else {
      try backend.reorder(output, layout, to: destination, Layout(plain: layout.shape, .float32))
    }
  }
}

/// The scores of the parts of a batch; each lane writes those of its own parts.
private final class PartScores: @unchecked Sendable {
  private var memory: AlignedBuffer?
  private var scores: UnsafeMutablePointer<ClassificationScore>?

  /// Makes room for the scores of some parts.
  ///
  /// - Throws: `OutOfMemory`.
  func reserve(_ parts: Int) throws {
    let byteCount = parts * MemoryLayout<ClassificationScore>.stride
    guard byteCount > memory?.byteCount ?? 0 else { return }
    let memory = try AlignedBuffer(byteCount: byteCount)
    self.memory = memory
    scores = memory.baseAddress.bindMemory(to: ClassificationScore.self, capacity: parts)
  }

  subscript(part: Int) -> ClassificationScore {
    get { scores?[part] ?? ClassificationScore() }
    set { scores?[part] = newValue }
  }

  /// The score of the first parts in total.
  func sum(_ parts: Int) -> ClassificationScore {
    SumTree.forEachAddition(of: parts) { self[$0] += self[$1] }
    return self[0]
  }
}
