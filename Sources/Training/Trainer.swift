import Backends
import Datasets
import Layers
import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Trains a network on labelled images: the loop of the book's section 3.4.4, epochs of batches of steps.
public final class Trainer {
  /// How a training ended.
  public enum Outcome: Sendable {
    /// All epochs are done.
    case finished
    /// It was asked to stop; it can be resumed from its state.
    case interrupted
  }

  /// The network that is trained.
  public let network: Network
  /// Where the training stands.
  public private(set) var state: TrainingState
  private let training: LabelledImages
  private let test: LabelledImages
  private let folder: RunFolder
  private let description: CheckpointDescription
  /// Where the files were moved that another training had left in the folder; nil if there were none.
  public let earlierRun: String?
  /// Where a network was moved that was in the folder of a resumed training and that its state does not know; nil if
  /// there was none.
  public let foreignCheckpoint: String?
  private var imagesThisRun = 0
  private var secondsThisRun = 0.0
  private var secondsWaitedThisRun = 0.0
  private var deadSteps = 0

  /// Prepares a training.
  ///
  /// A new training first moves what another has left in the folder to ``earlierRun``.
  ///
  /// - Parameters:
  ///   - model: The network to train.
  ///   - state: Where to begin: a new state, or one that was read.
  ///   - training: The images to train on.
  ///   - test: The images to test on after each epoch.
  ///   - backend: The backend to compute on.
  ///   - precision: The precision to compute in; parameters are kept and updated in float32 in any case but float64.
  ///     If nil, that of the state, and of a new one float32.
  ///   - microBatch: The number of images computed at a time; if nil, that of the state, and of a new one chosen
  ///     automatically.
  ///   - convolutions: How the algorithms of convolutions are chosen; if nil, as in the state, and in a new one `auto`.
  ///   - folder: Where checkpoints and states go; if `state` has begun, the parameters are read from there.
  /// - Throws: ``TrainingError`` if the recipe is invalid, or the data are not those that the training began with;
  ///   the errors of `Network` and of files.
  public init(
    _ model: Sequential, state: TrainingState, training: LabelledImages, test: LabelledImages,
    backend: any Backend, precision: Precision? = nil, microBatch: Int? = nil,
    convolutions: ConvolutionChoice? = nil, folder: RunFolder
  ) throws {
    let recipe = state.recipe
    try recipe.validate()
    let precision = precision ?? state.precision ?? .float32
    let convolutions = convolutions ?? state.convolutions ?? (state.hasBegun ? .direct : .automatic)
    self.training = recipe.trainingLimit.map(training.prefix) ?? training
    self.test = recipe.testLimit.map(test.prefix) ?? test
    self.folder = folder
    let data = DataDigests(training: self.training.digest, test: self.test.digest)
    try Self.requireSame(data, as: state.data, folder: folder)
    let image: Shape = [training.channels, recipe.imageSize, recipe.imageSize]
    description = CheckpointDescription(
      model: model, image: image, classNames: training.classNames, normalisation: recipe.normalisation,
      heldOutFraction: training.heldOutFraction)
    let last = self.training.count % recipe.batchSize
    let lastTest = self.test.count % recipe.batchSize
    network = try Network(
      model, image: image, backend: backend,
      options: NetworkOptions(
        batchSizes: [recipe.batchSize, last, lastTest].filter { $0 > 0 }, precision: precision,
        isTraining: true, hasMomentum: recipe.momentum != 0, microBatch: microBatch ?? state.microBatch,
        convolutions: convolutions),
      normalisation: recipe.normalisation)
    try requireChannels(of: self.test, for: network)
    self.state = state
    self.state.backend = backend.name
    self.state.precision = precision
    self.state.microBatch = network.microBatch
    self.state.convolutions = convolutions
    self.state.data = data
    if state.hasBegun {
      try TrainingState.load(path: folder.state, into: network)
      earlierRun = nil
      foreignCheckpoint = try Self.ownsCheckpoint(state, in: folder) ? nil : folder.setAsideCheckpoint()
      try restoreCheckpoint()
    } else {
      try network.initialise(recipe.initialisation, seed: recipe.seed)
      foreignCheckpoint = nil
      earlierRun = try folder.setAsideEarlierRun()
      do {
        // Written before the first step, so that a folder that cannot be written to is found out now.
        try self.state.write(network, to: folder.state)
      } catch {
        if let earlierRun { folder.restore(earlierRun: earlierRun) }
        throw error
      }
    }
  }

  /// Whether the network in a folder is what the run has written last; files of versions before 0.4 do not say, and
  /// a run that has not completed an epoch has written none.
  private static func ownsCheckpoint(_ state: TrainingState, in folder: RunFolder) throws -> Bool {
    guard folder.hasCheckpoint else { return true }
    guard let digest = state.checkpoint else { return state.backend == nil && state.epoch > 0 }
    return try MD5.hexadecimalDigest(ofFile: folder.checkpoint) == digest
  }

  /// Writes the network of the last complete epoch again, if it is missing and the state has it.
  private func restoreCheckpoint() throws {
    guard state.epoch > 0, state.batch == 0, !folder.hasCheckpoint else { return }
    try Checkpoint.write(network, description: description, to: folder.checkpoint)
  }

  /// Writes the network and the state of a complete epoch.
  private func writeEpoch() throws {
    try folder.requireHeld()
    try Checkpoint.write(network, description: description, to: folder.checkpoint)
    state.checkpoint = try MD5.hexadecimalDigest(ofFile: folder.checkpoint)
    try state.write(network, to: folder.state)
  }

  private func writeState() throws {
    try folder.requireHeld()
    try state.write(network, to: folder.state)
  }

  private static func requireSame(_ data: DataDigests, as stored: DataDigests?, folder: RunFolder) throws {
    guard let stored else { return }
    let differing = [("training", data.training == stored.training), ("test", data.test == stored.test)]
      .filter { !$0.1 }.map(\.0)
    guard differing.isEmpty else {
      throw TrainingError(
        "the \(differing.joined(separator: " and ")) images are not those that the training in \(folder.path) "
          + "began with; give the same --data, or start a new training in another --output")
    }
  }

  /// Batches of one epoch.
  public var stepsPerEpoch: Int {
    (training.count + state.recipe.batchSize - 1) / state.recipe.batchSize
  }

  /// Trains until all epochs are done or it is asked to stop.
  ///
  /// - Parameters:
  ///   - observers: Who is told, in this order.
  ///   - shouldStop: Asked before the first step and after each; by default it never stops.
  /// - Returns: Whether it finished.
  /// - Throws: ``TrainingError`` if the loss is no longer a number; the errors of files.
  @discardableResult
  public func run(
    observers: [any TrainingObserver] = [], shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    for observer in observers {
      observer.trainingWillBegin(network, state: state, stepsPerEpoch: stepsPerEpoch)
    }
    while state.epoch < state.recipe.epochs {
      guard try trainEpoch(observers, shouldStop) else {
        try writeState()
        return .interrupted
      }
      for observer in observers { observer.testWillBegin(epoch: state.epoch + 1) }
      let testScore = try evaluate(
        network, on: test, batchSize: state.recipe.batchSize, shouldStop: shouldStop)
      guard let score = testScore else {
        try writeState()
        return .interrupted
      }
      // The last step may have spoilt the parameters; the files of the epoch before are better than these.
      try requireFinite(score, "the test loss", "after epoch \(state.epoch + 1)")
      let result = EpochResult(
        epoch: state.epoch + 1, trainingLoss: state.epochScore.loss,
        trainingAccuracy: state.epochScore.accuracy, testLoss: score.loss, testAccuracy: score.accuracy)
      state.history.append(result)
      state.epoch += 1
      state.batch = 0
      state.epochScore = ClassificationScore()
      try writeEpoch()
      for observer in observers { observer.didFinishEpoch(result, pace: pace) }
    }
    return .finished
  }

  /// Trains the rest of the present epoch; false if it was asked to stop.
  private func trainEpoch(_ observers: [any TrainingObserver], _ shouldStop: () -> Bool) throws -> Bool {
    let recipe = state.recipe
    let loader = try BatchLoader(
      images: training, size: PixelSize(square: recipe.imageSize), batchSize: recipe.batchSize,
      order: Shuffle.order(count: training.count, seed: recipe.seed, epoch: state.epoch),
      startingAt: state.batch, threads: network.loadingThreads(of: training))
    let clock = ContinuousClock()
    var start = clock.now
    let waitedBefore = secondsWaitedThisRun
    if shouldStop() { return false }
    while let batch = try loader.next() {
      secondsWaitedThisRun = waitedBefore + loader.secondsWaited
      let score = try step(batch)
      let now = clock.now
      count(score, seconds: (now - start) / .seconds(1))
      start = now
      try checkHealth(score, observers)
      let progress = progress(score)
      for observer in observers { observer.didStep(progress) }
      if shouldStop() { return false }
    }
    return true
  }

  private func step(_ batch: LabelledBatch) throws -> ClassificationScore {
    guard let pixels = batch.images.baseAddress else { return ClassificationScore() }
    let recipe = state.recipe
    let score = try network.computeGradients(
      .bytes(pixels), labels: batch.labels, pass: Pass(isTraining: true, seed: recipe.seed, step: state.step))
    try requireFinite(score, "the loss", "at step \(state.step + 1)")
    try network.update(
      recipe.rule(step: state.step, stepsPerEpoch: stepsPerEpoch),
      maximumNorm: recipe.maximumGradientNorm)
    return score
  }

  private func requireFinite(_ score: ClassificationScore, _ what: String, _ when: String) throws {
    guard !score.lossSum.isFinite else { return }
    throw TrainingError(
      "\(what) is \(score.lossSum) \(when): the training has diverged; "
        + "a lower learning rate may help (it is \(state.recipe.learningRate.peak))")
  }

  private func count(_ score: ClassificationScore, seconds: Double) {
    state.batch += 1
    state.step += 1
    state.epochScore += score
    imagesThisRun += score.count
    secondsThisRun += seconds
  }

  /// NiN ends in a ReLU before the average: once all classes' outputs are 0, the loss is ln(classes) for ever.
  private func checkHealth(_ score: ClassificationScore, _ observers: [any TrainingObserver]) throws {
    guard let classes = network.classes else { return }
    let isGuessing = try abs(score.loss - log(Double(classes))) < 1e-9 && network.gradientNorm == 0
    deadSteps = isGuessing ? deadSteps + 1 : 0
    guard deadSteps == 3 else { return }
    for observer in observers { observer.networkDied(step: state.step) }
  }

  /// How fast it has gone since this process began to train.
  public var pace: TrainingPace {
    TrainingPace(images: imagesThisRun, seconds: secondsThisRun, secondsWaited: secondsWaitedThisRun)
  }

  private func progress(_ score: ClassificationScore) -> StepProgress {
    StepProgress(
      epoch: state.epoch + 1, batch: state.batch, batchesPerEpoch: stepsPerEpoch, step: state.step,
      epochLoss: state.epochScore.loss, batchLoss: score.loss, pace: pace)
  }
}
