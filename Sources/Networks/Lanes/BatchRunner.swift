import Backends
import Tensors

/// The work on a batch.
struct BatchWork {
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

/// Runs batches: the free lanes take the parts of a batch one by one, in each phase.
final class BatchRunner {
  var profile: Profile?
  var activationObserver: (any ActivationObserver)?
  /// Inspects all numbers of a batch; nil by default.
  var search: NonFiniteSearch?
  /// The phases of a training batch.
  let trainingPhases: [Phase]
  private let otherPhases: [Phase]
  private let cutting: BatchCutting
  private let workspaces: Workspaces
  private let gradients: BatchGradients?
  private let backend: any Backend
  private let sums: BatchSums
  private let scores = PartScores()
  private var loop: LaneLoop?
  /// The current batch.
  private var batch = BatchWork()
  private var division = BatchDivision(images: 0, partSize: 1, isWide: false)
  private var phase: Phase

  init(
    _ plan: ExecutionPlan, _ cutting: BatchCutting, _ workspaces: Workspaces, _ gradients: BatchGradients?,
    on backend: any Backend, _ crew: Crew
  ) throws {
    self.cutting = cutting
    self.workspaces = workspaces
    self.gradients = gradients
    self.backend = backend
    let count = plan.layers.count
    trainingPhases = Phase.all(
      layers: count, summing: plan.summingLayers, firstBackward: plan.firstBackward,
      computesGradients: gradients != nil)
    otherPhases = Phase.all(layers: count, summing: [], computesGradients: gradients != nil)
    phase = otherPhases[0]
    sums = try BatchSums(
      count: plan.summingLayers.map { plan.layers[$0].statisticsKernel?.sumCount ?? 0 }.max() ?? 0)
    loop = LaneLoop(crew) { [unowned self] part, lane in try compute(part: part, lane: lane) }
  }

  /// Makes whatever is still missing for computing a batch.
  func prepare(_ division: BatchDivision) throws {
    try sums.reserve(parts: division.parts)
    try scores.reserve(division.parts)
    try workspaces.prepare(division)
  }

  /// Runs a batch, and returns its score if there are labels.
  ///
  /// - Throws: The errors of the backend's library and of the observer.
  @discardableResult
  func run(_ batch: BatchWork) throws -> ClassificationScore {
    guard batch.count > 0 else { return ClassificationScore() }
    let division = cutting.division(of: batch.count, isTraining: batch.context.isTraining)
    try prepare(division)
    self.division = division
    let isPhased = trainingPhases.count > 1 && batch.context.isTraining
    self.batch = batch
    self.batch.context.hasBatchStatistics = isPhased
    if batch.computesGradients { try gradients?.begin(division) }
    try workspaces.showParameters(division, LaneProfile(profile))
    for phase in isPhased ? trainingPhases : otherPhases {
      self.phase = phase
      if division.isWide {
        for part in 0..<division.parts { try compute(part: part, lane: 0) }
      } else {
        try loop?.run(division.parts, inOrder: activationObserver != nil || search != nil)
      }
      if phase.end != nil { sums.addUp(parts: division.parts) }
    }
    if batch.computesGradients { try gradients?.finish(profile) }
    return batch.labels == nil ? ClassificationScore() : scores.sum(division.parts)
  }

  /// The plan that computed the last part.
  var lastPlan: ExecutionPlan? { workspaces.plan(for: division.parts - 1, of: division, lane: 0) }

  /// Computes a phase of a part of the batch.
  private func compute(part: Int, lane: Int) throws {
    guard let plan = workspaces.plan(for: part, of: division, lane: lane) else { return }
    let busy = division.isWide ? 1 : min(backend.threads.count, division.parts)
    let profile = LaneProfile(profile, lane: lane, of: busy)
    var context = batch.context
    context.firstImage = division.firstImage(ofPart: part)
    if let start = phase.start {
      plan.take(start, from: sums.total, images: batch.count, updatesState: part == 0)
    } else {
      if let pixels = batch.pixels {
        profile.measure(.inputConversion) { plan.read(pixels, from: context.firstImage) }
      }
      try search?.checkInput(of: plan)
    }
    try plan.forward(phase.forward, context, profile: profile, layerDone: outputObserver)
    if phase.isTurn { try turn(plan, context, part: part, profile: profile) }
    if batch.computesGradients, let gradients {
      try plan.backward(
        phase.backward, after: phase.start, context, part: part, gradients: gradients, on: backend,
        profile: profile, layerDone: inputGradientObserver)
    }
    guard let end = phase.end else { return }
    try plan.compute(
      end, into: sums[part], context, part: part, gradients: gradients, on: backend, profile: profile)
  }

  /// Copies out the output of a part, and computes its score and the gradient of the loss.
  private func turn(_ plan: ExecutionPlan, _ context: RunContext, part: Int, profile: LaneProfile?) throws {
    let output = plan.output
    try output.takeOutput(context, profile: profile)
    try activationObserver?.observe(output, on: backend)
    if let batchOutput = batch.output {
      try profile.measure(.outputReorder) {
        try output.copy(to: batchOutput, firstImage: context.firstImage, on: backend)
      }
    }
    guard let labels = batch.labels else { return }
    scores[part] = profile.measure(.loss) {
      output.score(
        batch.loss, labels + context.firstImage, imagesOfBatch: batch.count,
        computesGradient: batch.computesGradients, on: backend)
    }
    try search?.checkLoss(scores[part], of: output, hasGradient: batch.computesGradients)
    if batch.computesGradients { try output.passGradient(context, profile: profile) }
  }

  /// The observer of each layer's output, if there is one.
  private var outputObserver: ((PreparedLayer) throws -> Void)? {
    if let activationObserver { return { [backend] in try activationObserver.observe($0, on: backend) } }
    return search.map { search in { try search.checkOutput(of: $0) } }
  }

  private var inputGradientObserver: ((PreparedLayer, PreparedLayer?) throws -> Void)? {
    search.map { search in { try search.checkInputGradient(of: $0, below: $1) } }
  }
}
