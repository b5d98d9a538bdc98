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

@Suite("Training without a folder")
struct FitTests {
  private static var recipe: Recipe {
    var recipe = SmallTraining.recipe
    recipe.epochs = 30
    return recipe
  }

  @Test("learns, needs no test images, and takes a custom transform")
  func fits() throws {
    let images = try SmallTraining.images(26)
    let network = try fit(SmallTraining.model, on: images, recipe: Self.recipe, backend: Reference())
    var matrix = ConfusionMatrix(classes: 4)
    let score = try evaluate(network, on: images, batchSize: 8) { matrix.add($0) }
    #expect(score.accuracy > 0.6 && score.accuracy == matrix.accuracy && matrix.count == 26)
    var batches = 0
    let stopped = try evaluate(network, on: images, batchSize: 8, shouldStop: { batches == 2 }) { _ in
      batches += 1
    }
    #expect(stopped == nil && batches == 2)
    let trainer = try Trainer(
      SmallTraining.model, recipe: Self.recipe, training: images, backend: Reference(), transforms: [Blank()])
    try trainer.run()
    // Black images all look alike.
    #expect(try #require(trainer.state.history.last).trainingAccuracy < 0.5)
    #expect(trainer.state.history.last?.testLoss == nil)
    let blank = try fit(
      SmallTraining.model, on: images, recipe: Self.recipe, backend: Reference(),
      functions: TrainingFunctions(loss: .custom(SquaredError())), transforms: [Blank()])
    let same = try Trainer(
      SmallTraining.model, recipe: Self.recipe, training: images, backend: Reference(),
      functions: TrainingFunctions(loss: .custom(SquaredError())), transforms: [Blank()])
    try same.run()
    #expect(try blank.parameters().map(\.tensor) == same.network.parameters().map(\.tensor))
  }

  @Test("judges epochs by separate validation images, which belong to the run")
  func ownValidation() throws {
    let images = try SmallTraining.images(26)
    let (training, validation) = try images.split(fraction: 0.3, seed: 1)
    var recipe = SmallTraining.recipe
    let folder = try TemporaryFolder()
    let run = try RunFolder(folder.path("run"))
    let trainer = try Trainer(
      SmallTraining.model, recipe: recipe, training: training, validation: validation, test: images,
      backend: Reference(), folder: run)
    #expect(trainer.images.validation?.count == 8 && trainer.testImageCount == 34)
    try trainer.run()
    let last = try #require(trainer.state.history.last)
    #expect(try last.validationLoss == evaluate(trainer.network, on: validation, batchSize: 4).loss)
    #expect(trainer.state.best?.accuracy == trainer.state.history.compactMap(\.validationAccuracy).max())
    let other = #expect(throws: TrainingError.self) {
      try Trainer(
        state: run.newestState().state, training: training, validation: images, test: images,
        backend: Reference(),
        folder: run)
    }
    #expect(other?.description.contains("validation images differ") == true)

    recipe.validationSplit = 0.2
    let twice = #expect(throws: TrainingError.self) {
      try Trainer(
        SmallTraining.model, recipe: recipe, training: training, validation: validation, backend: Reference())
    }
    #expect(twice?.description.contains("validation split") == true)
  }

  @Test(
    "rejects validation and test images with a different number of channels or classes",
    arguments: ["validation", "test"])
  func otherKind(name: String) throws {
    let images = try SmallTraining.images(8)
    let color = try LabeledImages(
      pixels: Array(repeating: 0, count: 3 * 16), shape: [1, 3, 4, 4], labels: [0],
      classNames: images.classNames)
    let fewer = try LabeledImages(
      pixels: Array(repeating: 0, count: 16), shape: [1, 1, 4, 4], labels: [0], classNames: ["a"])
    for (others, word) in [(color, "channels"), (fewer, "classes")] {
      let error = #expect(throws: TrainingError.self) {
        try Trainer(
          SmallTraining.model, recipe: SmallTraining.recipe, training: images,
          validation: name == "validation" ? others : nil, test: name == "test" ? others : nil,
          backend: Reference())
      }
      #expect(error?.description.contains("\(word) of the \(name) images") == true)
    }
  }

  @Test("needs one output for each class; evaluating also works with more", arguments: [3, 5])
  func outputs(count: Int) throws {
    let images = try SmallTraining.images(8)
    let model = Sequential(Conv2D(count, kernel: 3), GlobalAvgPool2D(), Flatten())
    // Even if no label is beyond the outputs.
    let few = images.selecting([0, 1, 4, 5])
    let network = try Network(model, image: [1, 9, 9], backend: Reference())
    try network.initialize(seed: 0)
    var failures: [() throws -> Void] = [
      { _ = try fit(model, on: few, recipe: SmallTraining.recipe, backend: Reference()) },
      {
        _ = try Trainer(
          model, recipe: SmallTraining.recipe, training: few, validation: images, test: images,
          backend: Reference())
      },
    ]
    if count < 4 { failures.append { _ = try evaluate(network, on: few) } }
    for failure in failures {
      let error = #expect(throws: NetworkError.self) { try failure() }
      #expect(error?.description.contains("4 classes, but the network has \(count) outputs") == true)
    }
    guard count > 4 else { return }
    var matrix = ConfusionMatrix(classes: count)
    let score = try evaluate(network, on: few) { matrix.add($0) }
    #expect(score.count == 4 && score.correct == matrix.correct && matrix.count == 4)
  }

  @Test("needs one output for each class; the error counts in the singular, too")
  func oneClass() throws {
    let images = try LabeledImages(
      pixels: Array(repeating: 0, count: 81), shape: [1, 1, 9, 9], labels: [0], classNames: ["a"])
    let error = #expect(throws: NetworkError.self) {
      try fit(SmallTraining.model, on: images, recipe: SmallTraining.recipe, backend: Reference())
    }
    #expect(error?.description.contains("1 class, but the network has 4 outputs") == true)
  }

  @Test("needs one number per class")
  func maps() throws {
    let error = #expect(throws: NetworkError.self) {
      try Trainer(
        Sequential(Conv2D(4, kernel: 3)), recipe: SmallTraining.recipe, training: SmallTraining.images(8),
        backend: Reference())
    }
    #expect(error?.description.contains("a classifier needs 1×classes") == true)
  }

  @Test("rejects sets without images", arguments: ["training", "validation", "test"])
  func empty(name: String) throws {
    let images = try SmallTraining.images(8)
    let none = images.prefix(0)
    let error = #expect(throws: TrainingError.self) {
      try fit(
        SmallTraining.model, on: name == "training" ? none : images,
        validation: name == "validation" ? none : nil, test: name == "test" ? none : nil,
        recipe: SmallTraining.recipe, backend: Reference())
    }
    #expect(error?.description.contains("the \(name) images are empty") == true)
  }

  @Test("ends with the network of the last epoch or, if requested, of the best one", arguments: [nil, 0.9])
  func best(averageDecay: Double?) throws {
    let (training, validation) = try Self.misleadingImages()
    let model = Self.normalizedModel
    var recipe = Self.recipe
    recipe.averageDecay = averageDecay
    let folder = try TemporaryFolder()
    let run = try RunFolder(folder.path("run"))
    let trainer = { (resumes: Bool) in
      try Trainer(
        model, recipe: recipe, training: training, validation: validation, backend: Reference(), folder: run,
        resumes: resumes)
    }
    let first = try trainer(false)
    try first.run()
    #expect(try #require(first.state.best).epoch < recipe.epochs)
    for (restoresBest, path) in [(false, run.checkpoint), (true, run.bestCheckpoint)] {
      let network = try fit(
        model, on: training, validation: validation, recipe: recipe, backend: Reference(),
        restoresBest: restoresBest)
      try expect(network, isThatOf: path)
    }
    // The best epoch of an earlier process is in the folder.
    let resumed = try trainer(true)
    #expect(try resumed.run(restoresBest: true) == .finished)
    try expect(resumed.network, isThatOf: run.bestCheckpoint)
  }

  @Test("trains no further if the network of the best epoch, which is to be restored, was not kept")
  func lostBest() throws {
    let (training, validation) = try Self.misleadingImages()
    var recipe = Self.recipe
    let folder = try TemporaryFolder()
    let run = try RunFolder(folder.path("run"))
    let trainer = { (recipe: Recipe, folder: RunFolder?) in
      try Trainer(
        Self.normalizedModel, recipe: recipe, training: training, validation: validation,
        backend: Reference(), folder: folder, resumes: folder != nil)
    }
    let observer = Outcomes()
    let memory = try trainer(recipe, nil)
    try memory.run()
    let unkept = #expect(throws: TrainingError.self) {
      try memory.run(observers: [observer], restoresBest: true)
    }
    #expect(unkept?.description.contains("pass restoresBest: true") == true)

    let complete = try trainer(recipe, run)
    try complete.run()
    let best = try #require(complete.state.best).epoch
    #expect(best < recipe.epochs)
    // The network of another epoch has the same shapes.
    try FileManager.default.removeItem(atPath: run.bestCheckpoint)
    try FileManager.default.copyItem(atPath: run.checkpoint, toPath: run.bestCheckpoint)
    recipe.epochs += 1
    for _ in 0..<2 {
      let longer = try trainer(recipe, run)
      let error = #expect(throws: TrainingError.self) {
        try longer.run(observers: [observer], restoresBest: true)
      }
      #expect(error?.description.hasPrefix(run.bestCheckpoint) == true)
      #expect(longer.state.epoch == recipe.epochs - 1)
      // The second time, it is missing.
      try? FileManager.default.removeItem(atPath: run.bestCheckpoint)
    }
    #expect(observer.calls.isEmpty)
    #expect(try trainer(recipe, run).run(observers: [observer]) == .finished)
    #expect(observer.calls == ["begins", "finished"])
  }

  @Test(
    "restores the best epoch's parameters in the network's precision",
    arguments: [Precision.float32, .float64])
  func bestInPrecision(precision: Precision) throws {
    let (training, validation) = try Self.misleadingImages()
    var recipe = Self.recipe
    recipe.computation.precision = precision
    let trainer = try Trainer(
      Self.normalizedModel, recipe: recipe, training: training, validation: validation, backend: Reference())
    let epochs = EpochParameters(trainer.network)
    try trainer.run(observers: [epochs], restoresBest: true)
    let best = try #require(trainer.state.best).epoch
    let restored = try trainer.network.parameters(as: Double.self).map(\.tensor)
    #expect(best < recipe.epochs && restored == epochs.parameters[best - 1])
    let needsDouble = restored.contains { $0.elements.contains { Double(Float($0)) != $0 } }
    #expect(needsDouble == (precision == .float64))
  }

  @Test("with the best epoch the last one so far, restores it without a folder in a later run")
  func bestSoFar() throws {
    let images = try SmallTraining.images(26)
    let trainer = try Trainer(
      SmallTraining.model, recipe: Self.recipe, training: images, backend: Reference())
    let first = Stopping()
    try trainer.run(observers: [first])
    let parameters = try trainer.network.parameters().map(\.tensor)
    #expect(trainer.state.epoch == 1 && trainer.state.best?.epoch == 1)
    #expect(try trainer.run(restoresBest: true) == .stoppedEarly)
    #expect(try trainer.network.parameters().map(\.tensor) == parameters)
  }

  /// Images to train on with the labels of other classes, so that those to validate on are classified ever worse.
  private static func misleadingImages() throws -> (training: LabeledImages, validation: LabeledImages) {
    let validation = try SmallTraining.images(24)
    let training = try LabeledImages(
      pixels: (0..<24).flatMap(validation.image), shape: [24, 1, 9, 9],
      labels: validation.labels.map { ($0 + 1) % 4 }, classNames: validation.classNames)
    return (training, validation)
  }

  private static let normalizedModel = Sequential(
    Conv2D(6, kernel: 3, stride: 2), BatchNorm2D(), ReLU(), Conv2D(4, kernel: 1), GlobalAvgPool2D(),
    Flatten())

  /// Records how training begins and ends.
  private final class Outcomes: TrainingObserver {
    private(set) var calls: [String] = []

    func trainingWillBegin(_ network: Network, state: TrainingState, stepsPerEpoch: Int) {
      calls.append("begins")
    }
    func trainingDidEnd(_ outcome: Trainer.Outcome, state: TrainingState) { calls.append("\(outcome)") }
    func trainingDidFail(state: TrainingState) { calls.append("failed") }
  }

  /// Keeps the parameters after each epoch.
  private final class EpochParameters: TrainingObserver {
    private let network: Network
    private(set) var parameters: [[Tensor<Double>]] = []

    init(_ network: Network) { self.network = network }

    func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) {
      parameters.append((try? network.parameters(as: Double.self).map(\.tensor)) ?? [])
    }
  }

  /// Ends training after an epoch.
  private final class Stopping: TrainingObserver {
    let stopsTraining = true
  }

  private func expect(_ network: Network, isThatOf path: String) throws {
    let file = try Checkpoint(path: path)
    for (name, tensor) in try network.parameters() {
      #expect(try tensor == file.parameter(name), "\(name) of \(path)")
    }
    for (name, tensor) in network.state() where name.contains("running") {
      let stored: Tensor<Float> = try file.parameter(name)
      #expect(tensor.map { Float($0) } == stored, "\(name) of \(path)")
    }
  }

  private struct Blank: ImageTransform {
    func apply(to image: ImagePlanes, using generator: inout PhiloxGenerator) {
      for index in image.pixels.indices { image.pixels[index] = 0 }
    }
  }

  /// Σ (score − target)², whose gradient is 2 (score − target).
  private struct SquaredError: CustomLoss {
    func score(_ call: CustomLossCall) -> ClassificationScore {
      var score = ClassificationScore(correct: call.correctCount, count: call.count)
      for index in 0..<call.count * call.classes {
        let target: Float = Int(call.labels[index / call.classes]) == index % call.classes ? 1 : 0
        let difference = call.logits[index] - target
        score.lossSum += Double(difference * difference)
        call.gradient?[index] = 2 * difference / Float(call.imagesOfBatch)
      }
      return score
    }
  }

  @Test("takes a custom loss on every backend")
  func ownLoss() throws {
    let images = try SmallTraining.images(26)
    for backend in try TestedBackends.all() {
      let trainer = try Trainer(
        SmallTraining.model, recipe: Self.recipe, training: images, test: images, backend: backend,
        functions: TrainingFunctions(loss: .custom(SquaredError())))
      try trainer.run()
      let (first, last) = (trainer.state.history[0], trainer.state.history[29])
      // Guessing has a loss of 3/4.
      #expect(try #require(last.testLoss) < 0.65 && first.trainingLoss > last.trainingLoss, "\(backend.name)")
    }
  }

  @Test("takes a custom update rule: here the recipe's, and so the same bits")
  func ownRule() throws {
    let images = try SmallTraining.images(26)
    var recipe = SmallTraining.recipe
    recipe.optimizer = .sgd()
    recipe.weightDecay = 0
    let rule = { @Sendable (rate: Double) in
      UpdateRule.gradientDescent(GradientDescentRule(learningRate: rate))
    }
    let trainers = try [TrainingFunctions(), TrainingFunctions(updateRule: rule)].map { functions in
      try Trainer(
        SmallTraining.model, recipe: recipe, training: images, backend: Reference(), functions: functions)
    }
    for trainer in trainers { try trainer.run() }
    #expect(
      try trainers[0].network.parameters().map(\.tensor) == trainers[1].network.parameters().map(\.tensor))
  }
}
