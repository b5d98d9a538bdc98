import Backends
import Datasets
import Layers
import Networks
import Tensors

/// Trains a network on labeled images: the loop of the book's section 3.4.4, epochs of batches of steps.
///
/// Without a folder nothing is written:
///
/// ```swift
/// let trainer = try Trainer(NiN(classes: 10), recipe: .quick, training: images, backend: DNNL())
/// try trainer.run()
/// let logits = try trainer.network.predict(more)
/// ```
///
/// With a folder, the state is written every minute and after each epoch, and a run that was interrupted or killed can
/// be resumed with the same result.
public final class Trainer {
  /// The reason that training ended.
  public enum Outcome: Sendable {
    /// All epochs are complete.
    case finished
    /// No epoch was better for as many epochs as the recipe's patience, or an observer stopped training after an epoch.
    case stoppedEarly
    /// It was stopped, and can be resumed from its state.
    case interrupted
  }

  /// The network that is trained.
  public let network: Network
  /// The network's description in its checkpoints.
  public let description: CheckpointDescription
  /// The training, validation and test images.
  public let images: TrainingImages
  /// The state of training.
  public private(set) var state: TrainingState
  /// The findings from preparing the training.
  public private(set) var findings = Findings()
  let functions: TrainingFunctions
  private let transforms: [any ImageTransform]
  private var files: RunFiles?
  private var secondsBefore = 0.0
  private var imagesThisRun = 0
  private var secondsThisRun = 0.0
  private var secondsWaitedThisRun = 0.0
  var health: HealthWatch
  var secondsDiagnosing = 0.0
  let folder: RunFolder?

  /// Prepares a new training run, or resumes one.
  ///
  /// A program that is started again after it was interrupted resumes its run:
  ///
  /// ```swift
  /// let trainer = try Trainer(
  ///   model, recipe: recipe, training: images, backend: DNNL(), folder: RunFolder("runs/mine"), resumes: true)
  /// ```
  ///
  /// - Parameters:
  ///   - model: The network to train; if nil, the recipe's.
  ///   - recipe: The recipe.
  ///   - training: The images to train on.
  ///   - validation: The images to judge epochs by, instead of a split of the training images.
  ///   - test: The images to test on after each epoch, if any.
  ///   - backend: The backend to compute on.
  ///   - functions: A custom loss or update rule.
  ///   - transforms: Random changes to the training images, applied after the recipe's.
  ///   - folder: The folder for checkpoints and states; if nil, nothing is written. Files of another run are moved
  ///     away.
  ///   - interval: The interval at which the state is written within an epoch.
  ///   - resumes: Whether to resume the run in the folder, if there is a state. Of the recipe, only the number of epochs,
  ///     the patience and the computation may then differ from the run's; the default computation means the run's.
  /// - Throws: ``TrainingError`` if the run to resume has another recipe; otherwise as
  ///   ``init(_:state:training:validation:test:backend:functions:transforms:folder:interval:)``.
  public convenience init(
    _ model: Sequential? = nil, recipe: Recipe, training: LabeledImages, validation: LabeledImages? = nil,
    test: LabeledImages? = nil, backend: any Backend, functions: TrainingFunctions = TrainingFunctions(),
    transforms: [any ImageTransform] = [], folder: RunFolder? = nil,
    interval: CheckpointInterval = .seconds(60), resumes: Bool = false
  ) throws {
    let stored = try resumes ? folder.flatMap { $0.hasState ? try $0.newestState().state : nil } : nil
    try self.init(
      model, state: stored?.resumed(with: recipe) ?? TrainingState(recipe: recipe), training: training,
      validation: validation, test: test, backend: backend, functions: functions, transforms: transforms,
      folder: folder, interval: interval)
  }

  /// Prepares a new or resumed training run.
  ///
  /// A new run first moves the files of another run to ``Findings/earlierRun``.
  ///
  /// - Parameters:
  ///   - model: The network to train; if nil, the state's, and the recipe's if that has none.
  ///   - state: The initial state: a new one, or one that was read.
  ///   - training: The images to train on.
  ///   - validation: The images to judge epochs by, instead of a split of the training images.
  ///   - test: The images to test on after each epoch, if any.
  ///   - backend: The backend to compute on.
  ///   - functions: A custom loss or update rule; a resumed run needs the same one, see
  ///     ``Findings/changedFunctions``.
  ///   - transforms: Random changes to the training images, applied after the recipe's; a resumed run needs the same
  ///     ones.
  ///   - folder: The folder for checkpoints and states; if `state` has begun, the parameters are read from it.
  ///   - interval: The interval at which the state is written within an epoch.
  /// - Throws: ``TrainingError`` if the recipe is invalid or names layers that the network does not have, or the data
  ///   differ from those at the start of training; the errors of `Network` and of files.
  public init(
    _ model: Sequential? = nil, state: TrainingState, training: LabeledImages,
    validation: LabeledImages? = nil, test: LabeledImages? = nil, backend: any Backend,
    functions: TrainingFunctions = TrainingFunctions(), transforms: [any ImageTransform] = [],
    folder: RunFolder? = nil, interval: CheckpointInterval = .seconds(60)
  ) throws {
    let recipe = state.recipe
    try recipe.validate()
    images = try TrainingImages(training, validation: validation, test: test, recipe)
    try images.digests.requireSame(as: state.data, folder: folder)
    let weights = try state.hasBegun ? nil : recipe.weights.map(InitialWeights.init)
    let normalization =
      try state.normalization ?? images.normalization(recipe.normalization, weights: weights?.normalization)
    if let tab = recipe.tab, !tab.resize.givesBytes, !transforms.isEmpty { throw tab.refusalOfTransforms }
    let planned = Result { try recipe.network(classes: training.classNames.count) }
    let model = try model ?? state.model ?? planned.get()
    // A stored state without a model has the recipe's, unless an old version wrote it.
    if let stored = state.model ?? (state.functions == nil ? nil : try? planned.get()), stored != model {
      throw TrainingError.mismatch(reason: "the training to resume has a different network")
    }
    let image: Shape = [training.channels, recipe.imageSize, recipe.imageSize]
    let parameters = try model.resolved(for: image.batched(1)).flatMap { layer in
      layer.operation.parameters.map(layer.parameterName)
    }
    try recipe.requireConstants(among: parameters)
    let computation = state.computation
    let rule = functions.rule(recipe, learningRate: 0)
    network = try Network(
      model, image: image, backend: backend,
      options: NetworkOptions(
        batchSizes: images.batchSizes(recipe.batchSize), precision: computation.precision, isTraining: true,
        optimizerSlots: rule.slots,
        frozen: recipe.frozenParameters(among: parameters),
        keepsAverage: recipe.averageDecay != nil, microBatch: computation.microBatch,
        convolutions: computation.convolutions),
      normalization: normalization)
    self.functions = functions
    self.folder = folder
    health = HealthWatch(recipe, functions, classNames: training.classNames)
    self.transforms = recipe.augmentation.transforms(normalization) + transforms
    description = CheckpointDescription(
      model: model, image: image, classNames: training.classNames, normalization: normalization,
      resize: recipe.tab?.resize,
      heldOutFraction: training.heldOutFraction)
    self.state = state
    self.state.model = model == (try? planned.get()) ? nil : model
    self.state.backend = backend.name
    self.state.precision = computation.precision
    self.state.microBatch = network.microBatch
    self.state.convolutions = computation.convolutions
    self.state.data = images.digests
    self.state.normalization = normalization
    let names = FunctionNames(functions, rule: rule, transforms, recipe)
    if state.hasBegun {
      findings.changedFunctions = state.functions.map(names.differences) ?? []
      try resume(folder, interval)
    } else {
      self.state.functions = names
      try begin(weights, folder, interval)
    }
  }

  /// Initializes the network's parameters, and writes the first files.
  private func begin(
    _ weights: InitialWeights?, _ folder: RunFolder?, _ interval: CheckpointInterval
  ) throws {
    let recipe = state.recipe
    try network.initialize(recipe.effectiveInitialization, seed: recipe.seed)
    if let weights {
      findings.newParameters = try network.takeParameters(of: weights.checkpoint, from: weights.path)
      findings.weights = weights.comparison(
        with: description, takesNormalization: recipe.normalization == nil,
        keepsHead: findings.newParameters.isEmpty)
    }
    if recipe.averageDecay != nil { try network.resetAverage() }
    guard let folder else { return }
    try description.model.requireRegistered()
    findings.earlierRun = try folder.setAsideEarlierRun()
    do {
      // Written before the first step, so that an unwritable folder is detected now, and before the other files, which
      // without a state would be mistaken for an earlier run's.
      try folder.replaceState(state.stage(network, for: folder.state))
      try open(folder, interval)
    } catch {
      if let earlierRun = findings.earlierRun { folder.restore(earlierRun: earlierRun) }
      throw error
    }
  }

  /// Loads the newest intact state into the network.
  private func resume(_ folder: RunFolder?, _ interval: CheckpointInterval) throws {
    guard let folder else { throw TrainingError.mismatch(reason: "resuming a training needs its folder") }
    let newest = try folder.newestState()
    guard newest.state.step == state.step else {
      throw TrainingError.mismatch(
        reason: "\(newest.path) is at step \(newest.state.step), but the given state is at \(state.step)")
    }
    findings.damagedState = newest.problem
    try TrainingState.load(path: newest.path, into: network)
    if newest.problem != nil {
      _ = try folder.setAside(RunFolder.stateName)
    } else if try newest.path == folder.state && !ownsCheckpoint(in: folder) {
      findings.foreignCheckpoint = try folder.setAside(RunFolder.checkpointName)
    }
    let files = try open(folder, interval)
    findings.foreignHistory = files.foreignHistory
    try files.restoreCheckpoints(state, network)
    if state.epoch > 0, state.batch == 0 { try files.write(metrics) }
  }

  /// Whether the network in a folder is the run's last one or, if the process was killed while writing it, the previous
  /// one; states of versions before 0.4 do not have the digest, and a run without a complete epoch has not written a
  /// network.
  private func ownsCheckpoint(in folder: RunFolder) throws -> Bool {
    guard folder.hasCheckpoint else { return true }
    guard let digest = state.checkpoint else { return state.data == nil && state.epoch > 0 }
    let found = try MD5.hexadecimalDigest(ofFile: folder.checkpoint)
    return found == digest || state.batch == 0 && found == state.previousCheckpoint
  }

  @discardableResult
  private func open(_ folder: RunFolder, _ interval: CheckpointInterval) throws -> RunFiles {
    let files = try RunFiles(folder, state, description: description, interval: interval)
    self.files = files
    secondsBefore = files.secondsBefore
    var recipe = state.recipe
    recipe.computation.backend = state.backend
    recipe.computation.precision = state.precision
    recipe.computation.microBatch = state.microBatch
    recipe.computation.convolutions = state.convolutions
    recipe.normalization = recipe.normalization ?? state.normalization.map { .fixed($0) }
    try files.write(
      recipe, needing: (state.model == nil ? [] : ["a custom network"]) + (state.functions?.list ?? []))
    return files
  }

  /// Batches per epoch.
  public var stepsPerEpoch: Int {
    (images.training.count + state.recipe.batchSize - 1) / state.recipe.batchSize
  }

  /// Images that are classified after each epoch: the held-out and the test images, twice if there is an average.
  public var testImageCount: Int {
    ((images.validation?.count ?? 0) + (images.test?.count ?? 0)) * (network.options.keepsAverage ? 2 : 1)
  }

  /// Trains until all epochs are complete or it is stopped.
  ///
  /// An observer ends training after an epoch with ``TrainingObserver/stopsTraining``; training is then complete.
  /// `shouldStop` interrupts it after a step, so that it can be resumed from there.
  ///
  /// - Parameters:
  ///   - observers: The observers, called in this order.
  ///   - shouldStop: Called before the first step and after each; by default it never stops.
  /// - Returns: The way it ended.
  /// - Throws: ``TrainingError`` if a number becomes NaN or infinite, before it is written anywhere; the errors of
  ///   files.
  @discardableResult
  public func run(
    observers: [any TrainingObserver] = [], shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    for observer in observers {
      observer.trainingWillBegin(network, state: state, stepsPerEpoch: stepsPerEpoch)
    }
    if let diagnosis = health.begin(labels: images.training.labels, step: state.step) {
      for observer in observers { observer.didDiagnose(diagnosis) }
    }
    do {
      let outcome = try trainEpochs(observers, shouldStop)
      for observer in observers { observer.trainingDidEnd(outcome, state: state) }
      return outcome
    } catch {
      if let files, (try? files.keepHistory()) != nil {
        for observer in observers { observer.trainingDidFail(state: state) }
      }
      throw error
    }
  }

  private func trainEpochs(_ observers: [any TrainingObserver], _ shouldStop: () -> Bool) throws -> Outcome {
    while state.epoch < state.recipe.epochs {
      if state.isOutOfPatience || state.isStopped { return .stoppedEarly }
      guard try trainEpoch(observers, shouldStop),
        let (result, confusion) = try testEpoch(observers, shouldStop)
      else {
        try files?.write(state, network)
        return .interrupted
      }
      try requireFiniteNetwork(step: state.step)
      let diagnoses = try diagnose(result, confusion)
      state.add(result)
      try files?.writeEpoch(&state, metrics, network)
      for observer in observers { observer.didFinishEpoch(result, pace: pace) }
      for diagnosis in diagnoses {
        for observer in observers { observer.didDiagnose(diagnosis) }
      }
      if observers.contains(where: { $0.stopsTraining }) { try stopEarly() }
    }
    return .finished
  }

  /// Records that training has ended, so that it is not resumed.
  private func stopEarly() throws {
    state.isStopped = true
    try files?.write(state, network)
  }

  /// Trains the rest of the current epoch; false if it was stopped.
  private func trainEpoch(_ observers: [any TrainingObserver], _ shouldStop: () -> Bool) throws -> Bool {
    let recipe = state.recipe
    let order = recipe.order(count: images.training.count, epoch: state.epoch)
    let loader = try BatchLoader(
      images: images.training, size: PixelSize(square: recipe.imageSize), method: recipe.resize,
      batchSize: recipe.batchSize, order: order.examples, shortBatch: order.shortBatch,
      transforms: ImageTransforms(transforms, seed: recipe.seed, epoch: state.epoch), startingAt: state.batch,
      threads: network.loadingThreads(of: images.training))
    let clock = ContinuousClock()
    var start = clock.now
    let waitedBefore = secondsWaitedThisRun
    if shouldStop() { return false }
    while let batch = try loader.next() {
      secondsWaitedThisRun = waitedBefore + loader.secondsWaited
      let progress = try step(batch, startedAt: start, clock)
      start = clock.now
      for observer in observers { observer.didStep(progress) }
      if let diagnosis = health.note(progress) {
        for observer in observers { observer.didDiagnose(diagnosis) }
      }
      try files?.add(row(progress), state, network)
      if shouldStop() { return false }
    }
    return true
  }

  /// Makes a step.
  private func step(
    _ batch: LabeledBatch, startedAt start: ContinuousClock.Instant, _ clock: ContinuousClock
  ) throws -> StepProgress {
    let recipe = state.recipe
    let learningRate = recipe.learningRate.rate(
      step: state.step, epochs: recipe.epochs, stepsPerEpoch: stepsPerEpoch)
    guard let pixels = batch.pixels else {
      throw TrainingError.unsuitableInput(reason: "a batch has no images")
    }
    let context = RunContext(isTraining: true, seed: recipe.seed, step: state.step)
    let score = try network.computeGradients(
      pixels, labels: batch.labels, context: context, loss: functions.loss(recipe))
    let unclippedNorm = try recipe.maximumGradientNorm == nil ? network.gradientNorm : nil
    guard score.lossSum.isFinite, unclippedNorm?.isFinite ?? true else {
      throw try divergence(batch, context)
    }
    let clippedNorm = try network.update(
      functions.rule(recipe, learningRate: learningRate), step: state.step,
      maximumNorm: recipe.maximumGradientNorm)
    guard clippedNorm?.isFinite ?? true else { throw try divergence(batch, context) }
    if !network.parameterNorm.isFinite || !network.hasFiniteState {
      try requireFiniteNetwork(step: state.step + 1)
    }
    if let decay = recipe.averageDecay { try network.updateAverage(decay: averageDecay(decay)) }
    let halfEpoch = state.addToHalfEpoch(score.loss, stepsPerEpoch: stepsPerEpoch)
    state.batch += 1
    state.step += 1
    state.epochScore += score
    imagesThisRun += score.count
    let seconds = (clock.now - start) / .seconds(1)
    secondsThisRun += seconds
    return StepProgress(
      epoch: state.epoch + 1, batch: state.batch, batchesPerEpoch: stepsPerEpoch, step: state.step,
      learningRate: learningRate, gradientNorm: unclippedNorm ?? clippedNorm ?? 0,
      epochLoss: state.epochScore.loss, epochAccuracy: state.epochScore.accuracy, halfEpochLoss: halfEpoch,
      batchScore: score, batchSeconds: seconds, pace: pace)
  }

  private func row(_ progress: StepProgress) -> HistoryRow {
    HistoryRow(
      step: progress.step, epoch: progress.epoch, images: progress.batchScore.count,
      learningRate: progress.learningRate, gradientNorm: progress.gradientNorm, loss: progress.batchLoss,
      accuracy: progress.batchScore.accuracy, halfEpochLoss: progress.halfEpochLoss,
      seconds: secondsBefore + secondsThisRun,
      imagesPerSecond: Double(progress.batchScore.count) / max(progress.batchSeconds, .leastNormalMagnitude))
  }

  /// The decay of the average: less at first, so that the initial weights are soon forgotten, as in TensorFlow's
  /// `ExponentialMovingAverage` with the number of updates.
  private func averageDecay(_ decay: Double) -> Double {
    min(decay, Double(1 + state.step) / Double(10 + state.step))
  }

  /// Evaluates the epoch whose steps are complete; nil if it was stopped.
  private func testEpoch(
    _ observers: [any TrainingObserver], _ shouldStop: () -> Bool
  ) throws -> (EpochResult, ConfusionMatrix?)? {
    let epoch = state.epoch + 1
    for observer in observers { observer.testWillBegin(epoch: epoch) }
    let test = HeldOutTest(
      network: network, images: images, batchSize: state.recipe.batchSize, loss: functions.testLoss,
      resize: state.recipe.resize)
    let total = testImageCount
    var done = 0
    let didTest = { (count: Int) in
      done += count
      for observer in observers { observer.didTest(images: done, of: total) }
    }
    do {
      guard let plain = try test.scores(shouldStop, didTest: didTest) else { return nil }
      var average: HeldOutScores?
      if network.options.keepsAverage {
        average = try network.withAverage { try test.scores(shouldStop, didTest: didTest) }
        if average == nil { return nil }
      }
      let result = EpochResult(
        epoch: epoch, training: state.epochScore, halves: state.halfEpochs?.complete ?? [], plain: plain,
        average: average)
      return (result, average?.confusion ?? plain.confusion)
    } catch let error as NonFiniteLoss {
      // The files of the previous epoch are better than those of a partly evaluated one.
      throw divergence(error.origin, step: nil).error
    }
  }

  // MARK: Figures

  /// The pace since this process started training.
  public var pace: TrainingPace {
    TrainingPace(images: imagesThisRun, seconds: secondsThisRun, secondsWaited: secondsWaitedThisRun)
  }

  private var metrics: RunMetrics {
    RunMetrics(
      state, images, network, imagesSeen: state.epoch * images.training.count,
      seconds: secondsBefore + secondsThisRun, diagnosisSeconds: secondsDiagnosing)
  }
}
