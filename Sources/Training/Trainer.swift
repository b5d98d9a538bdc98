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
  public internal(set) var state: TrainingState
  /// The findings from preparing the run.
  public internal(set) var findings = Findings()
  /// The pace since this process started training.
  public internal(set) var pace = TrainingPace(images: 0, seconds: 0, secondsWaited: 0)
  let functions: TrainingFunctions
  let transforms: [any ImageTransform]
  var files: RunFiles?
  var health: HealthWatch
  var secondsDiagnosing = 0.0
  /// The parameters of the best epoch, if they are to be restored at the end.
  var best: BestParameters?
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
      model,
      state: stored?.resumed(with: recipe, givesNetwork: model != nil) ?? TrainingState(recipe: recipe),
      training: training,
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
  ///   - functions: A custom loss or update rule; a resumed run needs the same one.
  ///   - transforms: Random changes to the training images, applied after the recipe's; a resumed run needs the same
  ///     ones.
  ///   - folder: The folder for checkpoints and states; if `state` has begun, the parameters are read from it.
  ///   - interval: The interval at which the state is written within an epoch.
  /// - Throws: ``TrainingError`` if the recipe is invalid or names layers that the network does not have, there are no
  ///   images, or the data or the types of custom functions differ from those at the start of training, or the network or
  ///   these types from those that the recipe names; `NetworkError` if the network does not have one output for each
  ///   class; the errors of `Network` and of files.
  public init(
    _ model: Sequential? = nil, state: TrainingState, training: LabeledImages,
    validation: LabeledImages? = nil, test: LabeledImages? = nil, backend: any Backend,
    functions: TrainingFunctions = TrainingFunctions(), transforms: [any ImageTransform] = [],
    folder: RunFolder? = nil, interval: CheckpointInterval = .seconds(60)
  ) throws {
    let recipe = state.recipe
    try recipe.validate()
    images = try TrainingImages(training, validation: validation, test: test, recipe)
    try images.digests.requireSame(as: state.data, folder: folder?.path)
    let weights = try state.hasBegun ? nil : recipe.weights.map(InitialWeights.init)
    let normalization =
      try state.normalization ?? images.normalization(recipe.normalization, weights: weights?.normalization)
    if let tab = recipe.tab, !tab.resize.givesBytes, !transforms.isEmpty { throw tab.refusalOfTransforms }
    let rule = functions.rule(recipe, learningRate: 0)
    let names = FunctionNames(functions, rule: rule, transforms, recipe)
    try names.requireFit(state, givesNetwork: model != nil)
    let planned = Result { try recipe.network(classes: training.classNames.count) }
    let model = try model ?? state.model ?? planned.get()
    try recipe.custom.requireNetwork(model)
    // A stored state without a model has the recipe's, unless an old version wrote it.
    if let stored = state.model ?? (state.functions == nil ? nil : try? planned.get()), stored != model {
      throw TrainingError.mismatch(reason: "the run to resume has a different network")
    }
    let image: Shape = [training.channels, recipe.imageSize, recipe.imageSize]
    let parameters = try model.resolved(for: image.batched(1)).flatMap { layer in
      layer.operation.parameters.map(layer.parameterName)
    }
    try recipe.requireConstants(among: parameters)
    let computation = state.computation
    network = try Network(
      model, image: image, backend: backend,
      options: NetworkOptions(
        batchSizes: images.batchSizes(recipe.batchSize), precision: computation.precision, isTraining: true,
        optimizerSlots: rule.slots,
        frozen: recipe.frozenParameters(among: parameters),
        keepsAverage: recipe.averageDecay != nil, microBatch: computation.microBatch,
        convolutions: computation.convolutions),
      normalization: normalization)
    try requireClasses(of: training, for: network)
    self.functions = functions
    self.folder = folder
    health = HealthWatch(recipe, functions, classNames: training.classNames)
    self.transforms = recipe.augmentation.transforms(normalization) + transforms
    description = CheckpointDescription(
      model: model, image: image, classNames: training.classNames, normalization: normalization,
      resize: recipe.tab?.resize,
      heldOutFraction: training.heldOutFraction)
    self.state = state
    self.state.recipe.custom = Recipe.CustomParts()
    self.state.recipe.computation.note(images.digests.isCustom == nil ? training : nil)
    self.state.model = model == (try? planned.get()) ? nil : model
    self.state.note(network, images.digests)
    if state.hasBegun {
      try resume(folder, interval)
    } else {
      self.state.functions = names
      try begin(weights, folder, interval)
    }
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
  /// `shouldStop` interrupts it after a step, so that it can be resumed from there. The call occupies its thread until then:
  /// to cancel it, call it in a detached task.
  ///
  /// At the end the network has the parameters of the last epoch, as in Keras and PyTorch. With `restoresBest` it has those
  /// of the best epoch: the one with the highest accuracy on the validation images or, if there are none, the test
  /// images or, failing that, the training images.
  ///
  /// - Parameters:
  ///   - observers: The observers, called in this order.
  ///   - restoresBest: Whether the network gets the parameters of the best epoch when training is complete; they are
  ///     averaged if the recipe has an average. The files in the folder do not depend on it.
  ///   - shouldStop: Called before the first step and after each; by default it never stops.
  /// - Returns: The way it ended.
  /// - Throws: ``TrainingError`` if a number becomes NaN or infinite, before it is written anywhere, or, before the first
  ///   step, if the parameters of the best epoch so far were not kept; the errors of files.
  @discardableResult
  public func run(
    observers: [any TrainingObserver] = [], restoresBest: Bool = false,
    shouldStop: () -> Bool = { false }
  ) throws -> Outcome {
    if restoresBest { try requireBest() }
    for observer in observers {
      observer.trainingWillBegin(network, state: state, stepsPerEpoch: stepsPerEpoch)
    }
    if let diagnosis = health.begin(labels: images.training.labels, step: state.step) {
      for observer in observers { observer.didDiagnose(diagnosis) }
    }
    let outcome: Outcome
    do {
      outcome = try trainEpochs(observers, keepsBest: restoresBest, shouldStop)
    } catch {
      if let files, (try? files.keepHistory()) != nil {
        for observer in observers { observer.trainingDidFail(state: state) }
      }
      throw error
    }
    // Observers may still write what they find in the network, and the files do not depend on restoring.
    for observer in observers { observer.trainingDidEnd(outcome, state: state) }
    if restoresBest, outcome != .interrupted { try best?.restore(to: network) }
    return outcome
  }

  private func trainEpochs(
    _ observers: [any TrainingObserver], keepsBest: Bool, _ shouldStop: () -> Bool
  ) throws -> Outcome {
    while state.epoch < state.recipe.epochs {
      if state.isOutOfPatience || state.isStopped { return .stoppedEarly }
      guard try trainEpoch(observers, shouldStop),
        let (result, confusion) = try testEpoch(observers, shouldStop)
      else {
        try files?.write(state, network)
        try files?.write(metrics)
        return .interrupted
      }
      try requireFiniteNetwork(step: state.step)
      let diagnoses = try diagnose(result, confusion)
      state.add(result)
      if keepsBest { try keepBest() }
      try files?.writeEpoch(&state, metrics, network)
      for observer in observers { observer.didFinishEpoch(result, pace: pace) }
      for diagnosis in diagnoses {
        for observer in observers { observer.didDiagnose(diagnosis) }
      }
      guard observers.contains(where: { $0.stopsTraining }) else { continue }
      // Recorded, so that a resumed run ends at once.
      state.isStopped = true
      try files?.write(state, network)
    }
    return .finished
  }

  /// Seconds of training, over all processes, without tests.
  var seconds: Double { (files?.secondsBefore ?? 0) + pace.seconds }

  var metrics: RunMetrics {
    RunMetrics(
      state, images, network, imagesSeen: state.epoch * images.training.count + state.epochScore.count,
      seconds: seconds, diagnosisSeconds: secondsDiagnosing)
  }
}
