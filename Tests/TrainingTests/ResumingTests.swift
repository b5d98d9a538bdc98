import Backends
import Datasets
import Foundation
import Layers
import Networks
import ReferenceBackend
import Tensors
import TestSupport
import Testing
import Training

@Suite("Resuming in a program")
struct ResumingTests {
  private func trainer(
    _ training: SmallTraining, _ recipe: Recipe = SmallTraining.recipe,
    functions: TrainingFunctions = TrainingFunctions(), transforms: [any ImageTransform] = []
  ) throws -> Trainer {
    try Trainer(
      training.model, recipe: recipe, training: training.images, test: training.images, backend: Reference(),
      functions: functions, transforms: transforms, folder: training.folder, resumes: true)
  }

  @Test("begins a run without a state, and resumes it to the byte with one", arguments: [1, 7, 9])
  func resumes(stepsBeforeStop: Int) throws {
    let (whole, parts) = (try SmallTraining(), try SmallTraining())
    #expect(try trainer(whole).run() == .finished)
    let recorder = Recorder()
    #expect(
      try trainer(parts).run(observers: [recorder], shouldStop: { recorder.losses.count == stepsBeforeStop })
        == .interrupted)
    let resumed = try trainer(parts)
    #expect(resumed.state.step == stepsBeforeStop && resumed.findings.earlierRun == nil)
    #expect(try resumed.run() == .finished)
    #expect(try parts.bytes(parts.folder.checkpoint) == whole.bytes(whole.folder.checkpoint))
    #expect(try parts.bytes(parts.folder.state) == whole.bytes(whole.folder.state))
  }

  @Test("without resumes: moves the run away, also one that is complete")
  func beginsAnother() throws {
    let training = try SmallTraining()
    try trainer(training).run()
    #expect(try trainer(training).run() == .finished)
    let another = try Trainer(
      training.model, recipe: SmallTraining.recipe, training: training.images, test: training.images,
      backend: Reference(), folder: training.folder)
    #expect(another.state.step == 0 && another.findings.earlierRun != nil)
  }

  @Test("takes more epochs and another patience, and rejects other changes by their keys")
  func changes() throws {
    let training = try SmallTraining()
    try trainer(training).run()
    var recipe = SmallTraining.recipe
    recipe.epochs = 4
    recipe.patience = 9
    let longer = try trainer(training, recipe)
    #expect(longer.state.epoch == 3)
    #expect(try longer.run() == .finished && longer.state.epoch == 4)
    recipe.batchSize = 5
    recipe.seed = 8
    let error = #expect(throws: TrainingError.self) { try trainer(training, recipe) }
    #expect(error?.description.contains("different 'batchSize', 'seed'") == true)
    #expect(error?.description.contains("the patience and the computation") == true)
  }

  @Test("records what was changed, and when, in the recipe file, the metrics and the state")
  func recordedChanges() throws {
    let training = try SmallTraining()
    var recipe = SmallTraining.recipe
    recipe.computation.microBatch = 3
    try trainer(training, recipe).run()
    let begun = try training.bytes(training.folder.recipe)
    _ = try trainer(training, recipe)
    #expect(try training.bytes(training.folder.recipe) == begun)
    #expect(try RunMetrics(path: training.folder.metrics).changes == nil)

    recipe.epochs = 4
    recipe.patience = 9
    try trainer(training, recipe).run()
    recipe.computation.microBatch = 2
    recipe.epochs = 5
    try trainer(training, recipe).run()
    // A further change of nothing.
    try trainer(training, recipe).run()
    let changes = [
      "21 epochs 3 4", "21 patience null 9", "28 epochs 4 5", "28 microBatch 3 2",
    ]
    func lines(_ found: [RecipeChange]?) -> [String]? {
      found?.map { "\($0.step) \($0.key) \($0.from) \($0.to)" }
    }
    #expect(try lines(training.storedState().changes) == changes)
    #expect(try lines(RunMetrics(path: training.folder.metrics).changes) == changes)
    let text = String(decoding: try training.bytes(training.folder.recipe), as: UTF8.self)
    #expect(text.contains("// Changed after step 21, so another run may differ: epochs from 3 to 4.\n"))
    #expect(
      text.contains("// Changed after step 28, so another run may differ: microBatch from 3 to 2.\n{\n"))
    #expect(try RecipeFile.read(training.folder.recipe).epochs == 5)
  }

  @Test(
    "takes the run's own recipe file, and rejects one that names other parts",
    arguments: [ModelCatalog.nin, .ninSmall])
  func ownRecipe(model: ModelCatalog) throws {
    let (whole, parts) = (try SmallTraining(), try SmallTraining())
    var recipe = SmallTraining.recipe
    recipe.model = ModelChoice(model)
    let functions = TrainingFunctions(loss: .custom(Absolute()))
    let trainer = { (training: SmallTraining, recipe: Recipe, network: Sequential?) in
      try Trainer(
        network, recipe: recipe, training: training.images, test: training.images, backend: Reference(),
        functions: functions, transforms: [Dark()], folder: training.folder, resumes: true)
    }
    try trainer(whole, recipe, whole.model).run()
    let recorder = Recorder()
    try trainer(parts, recipe, parts.model).run(
      observers: [recorder], shouldStop: { recorder.losses.count == 7 })
    // It has what the recipe left open, and names the network instead of the model.
    var file = try RecipeFile.read(parts.folder.recipe)
    #expect(file.normalization == .fixed(.none) && file.custom.network != nil)
    #expect(file.model == ModelChoice(.nin))
    for network in [parts.model, nil] {
      let resumed = try trainer(parts, file, network)
      #expect(resumed.state.step == 7)
      #expect(resumed.state.recipe.model == recipe.model && resumed.state.recipe.normalization == nil)
    }
    try trainer(parts, file, nil).run()
    #expect(try parts.bytes(parts.folder.checkpoint) == whole.bytes(whole.folder.checkpoint))

    file.custom.loss = "Focal"
    let loss = #expect(throws: TrainingError.self) { try trainer(parts, file, parts.model) }
    #expect(loss?.description.contains("different 'loss';") == true)
    file = try RecipeFile.read(parts.folder.recipe)
    file.custom.network = "Sequential(Flatten())"
    let layers = #expect(throws: TrainingError.self) { try trainer(parts, file, nil) }
    #expect(layers?.description.contains("different 'model', 'layers';") == true)
    let given = #expect(throws: TrainingError.self) { try trainer(parts, file, parts.model) }
    #expect(given?.description.contains("other layers") == true)
    // A given network replaces that of the recipe.
    recipe.model = ModelChoice(.lenet)
    #expect(try trainer(parts, recipe, parts.model).state.epoch == 3)
    #expect(throws: TrainingError.self) { try trainer(parts, recipe, nil) }
  }

  @Test("keeps the precision of the run, unless the recipe states another")
  func computation() throws {
    let training = try SmallTraining()
    var recipe = SmallTraining.recipe
    recipe.computation.microBatch = 2
    try trainer(training, recipe).run()
    #expect(try trainer(training).network.microBatch == 2)
    recipe.computation.microBatch = 3
    #expect(try trainer(training, recipe).network.microBatch == 3)
  }

  @Test("takes the run's network if none is given, and rejects another")
  func network() throws {
    let training = try SmallTraining()
    try trainer(training).run()
    let resumed = { (model: Sequential?) in
      try Trainer(
        model, recipe: SmallTraining.recipe, training: training.images, test: training.images,
        backend: Reference(), folder: training.folder, resumes: true)
    }
    #expect(try resumed(nil).description.model == training.model)
    let error = #expect(throws: TrainingError.self) {
      try resumed(Sequential(Conv2D(4, kernel: 3), GlobalAvgPool2D(), Flatten()))
    }
    #expect(error?.description.contains("network") == true)

    let small = try LabeledImages(
      pixels: Array(repeating: 7, count: 8 * 64), shape: [8, 1, 8, 8], labels: Array(repeating: 0, count: 8),
      classNames: ["a", "b"])
    var recipe = SmallTraining.recipe
    recipe.model = ModelChoice(.lenet)
    recipe.imageSize = 28
    let folder = try TemporaryFolder()
    let run = try RunFolder(folder.path("run"))
    let ofRecipe = { (model: Sequential?) in
      try Trainer(
        model, recipe: recipe, training: small, backend: Reference(), folder: run, resumes: true)
    }
    _ = try ofRecipe(nil)
    #expect(throws: TrainingError.self) { try ofRecipe(SmallTraining.model) }
    #expect(try ofRecipe(nil).state.model == nil)
  }

  @Test("of a run of version f72ee2c needs no normalization in the recipe")
  func oldState() throws {
    let training = try SmallTraining()
    let old = try #require(
      Bundle.module.path(forResource: "Fixtures/training-state-f72ee2c", ofType: "safetensors"))
    try FileManager.default.copyItem(atPath: old, toPath: training.folder.state)
    let resumed = try trainer(training)
    #expect(resumed.state.step == 10 && resumed.network.normalization == .none)
    #expect(try resumed.run() == .finished)
    let whole = try SmallTraining()
    try FileManager.default.copyItem(atPath: old, toPath: whole.folder.state)
    try whole.trainer(whole.storedState()).run()
    #expect(try training.bytes(training.folder.checkpoint) == whole.bytes(whole.folder.checkpoint))
  }

  private struct Dark: ImageTransform {
    func apply(to image: ImagePlanes, using generator: inout PhiloxGenerator) {
      for index in image.pixels.indices { image.pixels[index] /= 2 }
    }
  }

  private struct Absolute: CustomLoss {
    func score(_ call: CustomLossCall) -> ClassificationScore {
      var score = ClassificationScore(correct: call.correctCount, count: call.count)
      for index in 0..<call.count * call.classes {
        let target: Float = Int(call.labels[index / call.classes]) == index % call.classes ? 1 : 0
        score.lossSum += Double(abs(call.logits[index] - target))
        call.gradient?[index] = (call.logits[index] > target ? 1 : -1) / Float(call.imagesOfBatch)
      }
      return score
    }
  }

  @Test("needs the functions that the run began with, and names those that differ")
  func functions() throws {
    let training = try SmallTraining()
    let absolute = TrainingFunctions(loss: .custom(Absolute()))
    try trainer(training, functions: absolute, transforms: [Dark()]).run()
    let files = [training.folder.state, training.folder.recipe]
    let before = try files.map(training.bytes)
    let descent = TrainingFunctions(
      loss: .custom(Absolute()),
      updateRule: { .gradientDescent(GradientDescentRule(learningRate: $0, momentum: 0.9)) })
    let others: [(TrainingFunctions, [any ImageTransform], String)] = [
      (absolute, [], "began with the transforms Dark, but is given no custom transforms;"),
      (
        TrainingFunctions(), [Dark(), Dark()],
        "began with the loss Absolute and the transforms Dark, but is given the recipe's loss and the transforms Dark, Dark;"
      ),
      (
        descent, [Dark()],
        "began with the recipe's update rule, but is given the update rule gradientDescent;"
      ),
    ]
    for (functions, transforms, line) in others {
      let error = #expect(throws: TrainingError.self) {
        try trainer(training, functions: functions, transforms: transforms)
      }
      guard case .mismatch(let reason) = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(reason.contains(line), "\(reason)")
    }
    let state = try training.storedState()
    #expect(throws: TrainingError.self) { try state.requireNoCustomFunctions() }
    #expect(throws: TrainingError.self) {
      try Trainer(
        state: state, training: training.images, test: training.images, backend: Reference(),
        folder: training.folder)
    }
    #expect(try files.map(training.bytes) == before)
    #expect(try trainer(training, functions: absolute, transforms: [Dark()]).run() == .finished)
  }

  @Test("of a run of version f72ee2c takes any functions, since its state does not name them")
  func functionsOfOldState() throws {
    let training = try SmallTraining()
    let old = try #require(
      Bundle.module.path(forResource: "Fixtures/training-state-f72ee2c", ofType: "safetensors"))
    try FileManager.default.copyItem(atPath: old, toPath: training.folder.state)
    try training.storedState().requireNoCustomFunctions()
    #expect(
      try trainer(training, functions: TrainingFunctions(loss: .custom(Absolute()))).run() == .finished)
  }

  /// Stops after an epoch.
  private final class Stopper: TrainingObserver {
    private let last: Int
    private(set) var stopsTraining = false

    init(after epoch: Int) { last = epoch }

    func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) { stopsTraining = result.epoch == last }
  }

  @Test("ends a run that an observer has stopped, and continues it with more epochs")
  func stopping() throws {
    let training = try SmallTraining()
    let stopped = try trainer(training)
    let recorder = Recorder()
    #expect(try stopped.run(observers: [recorder, Stopper(after: 2)]) == .stoppedEarly)
    #expect(recorder.epochs.map(\.epoch) == [1, 2] && stopped.state.isStopped)
    let again = try trainer(training)
    #expect(try again.run(observers: [recorder]) == .stoppedEarly && recorder.epochs.count == 2)

    var state = try training.storedState()
    #expect(state.isStopped && state.epoch == 2)
    state.isStopped = false
    #expect(try training.trainer(state).run() == .finished)
    let whole = try SmallTraining()
    try whole.trainer().run()
    #expect(try training.bytes(training.folder.checkpoint) == whole.bytes(whole.folder.checkpoint))

    var recipe = SmallTraining.recipe
    recipe.epochs = 5
    #expect(try trainer(training, recipe).run(observers: [Stopper(after: 4)]) == .stoppedEarly)
    recipe.epochs = 6
    #expect(try trainer(training, recipe).run() == .finished)
  }
}
