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

/// The options of a recipe besides the book's plain gradient descent.
@Suite("A recipe")
struct RecipeTests {
  /// Everything at once, so that a resumed run has to remember all of it.
  private static var rich: Recipe {
    var recipe = SmallTraining.recipe
    recipe.optimizer = .adamW()
    recipe.learningRate = LearningRateSchedule(peak: 0.02, warmUpSteps: 2, shape: .oneCycle)
    recipe.labelSmoothing = 0.1
    recipe.averageDecay = 0.8
    recipe.validationSplit = 0.25
    recipe.augmentation = Augmentation(flip: true, shift: 2, erasing: 0.5)
    recipe.normalization = .measured
    return recipe
  }

  @Test(
    "with everything is resumed to the byte, from any step and on any number of threads",
    arguments: [1, 5, 9, 14])
  func resume(stepsBeforeStop: Int) throws {
    for name in TestedBackends.names {
      let (whole, parts) = (try SmallTraining(), try SmallTraining())
      try whole.trainer(TrainingState(recipe: Self.rich), on: TestedBackends.make(name)).run()
      let recorder = Recorder()
      try parts.trainer(TrainingState(recipe: Self.rich), on: TestedBackends.make(name)).run(
        observers: [recorder], shouldStop: { recorder.losses.count == stepsBeforeStop })
      try parts.trainer(parts.storedState(), on: TestedBackends.make(name, threads: 1)).run()
      for (left, right) in [
        (whole.folder.checkpoint, parts.folder.checkpoint),
        (whole.folder.bestCheckpoint, parts.folder.bestCheckpoint),
        (whole.folder.state, parts.folder.state),
      ] {
        #expect(try whole.bytes(left) == parts.bytes(right), "\(name)")
      }
    }
  }

  @Test("holds out a part of the images, the same each time, and judges epochs by it")
  func validation() throws {
    let training = try SmallTraining(imageCount: 40)
    var recipe = SmallTraining.recipe
    recipe.validationSplit = 0.25
    let trainer = try training.trainer(TrainingState(recipe: recipe))
    // Thirty of forty images in batches of four.
    #expect(trainer.stepsPerEpoch == 8)
    try trainer.run()
    let best = try #require(trainer.state.best)
    let accuracies = trainer.state.history.compactMap(\.validationAccuracy)
    #expect(accuracies.count == 3 && best.accuracy == accuracies.max())
    for split in [0.01, 0.99] {
      recipe.validationSplit = split
      #expect(throws: TrainingError.self) { try training.trainer(TrainingState(recipe: recipe)) }
    }
  }

  @Test("keeps the network of the best epoch, not that of the last, and ends when its patience runs out")
  func best() throws {
    let training = try SmallTraining()
    var recipe = SmallTraining.recipe
    recipe.epochs = 40
    recipe.patience = 3
    // From its second step on it only gets worse.
    recipe.learningRate = LearningRateSchedule(peak: 30)
    recipe.maximumGradientNorm = 5
    let trainer = try training.trainer(TrainingState(recipe: recipe))
    #expect(try trainer.run() == .stoppedEarly)
    let best = try #require(trainer.state.best)
    #expect(trainer.state.epoch == best.epoch + 3)
    let ranked = trainer.state.history.max {
      ($0.testAccuracy ?? 0, -($0.testLoss ?? 0)) < ($1.testAccuracy ?? 0, -($1.testLoss ?? 0))
    }
    #expect(ranked?.epoch == best.epoch)
    #expect(try score(training, training.folder.bestCheckpoint)?.loss == best.loss)
    #expect(try training.trainer(training.storedState()).run() == .stoppedEarly)
  }

  private func score(_ training: SmallTraining, _ path: String) throws -> ClassificationScore? {
    let checkpoint = try Checkpoint(path: path)
    let network = try Network(
      checkpoint.description.model, image: checkpoint.description.image, backend: Reference(),
      normalization: checkpoint.description.normalization)
    try checkpoint.load(into: network)
    return try evaluate(network, on: training.images, batchSize: 4)
  }

  @Test("with an average writes the averaged weights, tests both, and trains on the others")
  func average() throws {
    let (plain, averaged) = (try SmallTraining(), try SmallTraining())
    var recipe = SmallTraining.recipe
    try plain.trainer(TrainingState(recipe: recipe)).run()
    recipe.averageDecay = 0.5
    let trainer = try averaged.trainer(TrainingState(recipe: recipe))
    let weights = WeightRecorder(trainer.network)
    try trainer.run(observers: [weights])
    let (first, second) = (try plain.storedState().history, trainer.state.history)
    #expect(first.map(\.testLoss) == second.map(\.testLoss))
    #expect(second.allSatisfy { $0.averageTestLoss != nil && $0.averageTestLoss != $0.testLoss })
    #expect(try score(averaged, averaged.folder.checkpoint)?.loss == second.last?.averageTestLoss)
    let checkpoint = try Checkpoint(path: averaged.folder.checkpoint)
    let found: Tensor<Float> = try checkpoint.parameter("net.0.weight")
    for (value, expected) in zip(found.elements, weights.average) { #expect(abs(value - expected) < 1e-6) }
  }

  /// Averages a parameter by the formula.
  private final class WeightRecorder: TrainingObserver {
    private let network: Network
    private(set) var average: [Float] = []

    init(_ network: Network) { self.network = network }

    private var weights: [Float] {
      (try? network.parameters().first { $0.name == "net.0.weight" }?.tensor.elements) ?? []
    }

    func trainingWillBegin(_ network: Network, state: TrainingState, stepsPerEpoch: Int) { average = weights }

    func didStep(_ progress: StepProgress) {
      // At first less stays: (1 + t) / (10 + t), until that is the recipe's half.
      let decay = Float(min(0.5, Double(progress.step) / Double(9 + progress.step)))
      average = zip(average, weights).map { decay * $0 + (1 - decay) * $1 }
    }
  }

  @Test("measures mean and deviation of what it trains on")
  func measured() throws {
    let training = try SmallTraining()
    var recipe = SmallTraining.recipe
    recipe.normalization = .measured
    let trainer = try training.trainer(TrainingState(recipe: recipe))
    let (mean, deviation) = try training.images.meanAndDeviation()
    #expect(trainer.network.normalization == Normalization(mean: mean, deviation: deviation))
    #expect(trainer.description.normalization == trainer.network.normalization)
  }

  @Test(
    "starts from a checkpoint, except a head for a different number of classes, and keeps frozen parameters")
  func fineTuning() throws {
    let source = try SmallTraining()
    try source.trainer().run()
    let model = Sequential(
      Conv2D(6, kernel: 3, stride: 2), ReLU(), Dropout(0.5), Conv2D(7, kernel: 1), GlobalAvgPool2D(),
      Flatten())
    let images = try LabeledImages(
      pixels: source.images.labels.indices.flatMap { try source.images.image(at: $0) }, shape: [26, 1, 9, 9],
      labels: source.images.labels, classNames: ["a", "b", "c", "d", "e", "f", "g"])
    var recipe = SmallTraining.recipe
    recipe.weights = source.folder.checkpoint
    recipe.frozen = ["net.0"]
    for backend in try TestedBackends.all() {
      let trainer = try Trainer(model, recipe: recipe, training: images, backend: backend)
      #expect(trainer.findings.newParameters == ["net.3.weight", "net.3.bias"])
      let before = try trainer.network.parameters()
      try trainer.run()
      let after = try trainer.network.parameters()
      let expected: Tensor<Float> = try Checkpoint(path: source.folder.checkpoint).parameter("net.0.weight")
      #expect(after[0].tensor == expected && after[1].tensor == before[1].tensor, "\(backend.name)")
      #expect(after[2].tensor != before[2].tensor && after[3].tensor != before[3].tensor, "\(backend.name)")
    }
    let other = Sequential(Conv2D(5, kernel: 3), ReLU(), Conv2D(4, kernel: 1), GlobalAvgPool2D(), Flatten())
    let error = #expect(throws: TrainingError.self) {
      try Trainer(other, recipe: recipe, training: source.images, backend: Reference())
    }
    #expect(error?.description.contains("net.0.weight") == true)
  }

  @Test("without a normalization takes that of the weights, and compares what it states with theirs")
  func preparationOfWeights() throws {
    let (theirs, other) = (
      Normalization(mean: [0.25], deviation: [0.5]), Normalization(mean: [0.125], deviation: [1])
    )
    let source = try SmallTraining()
    var recipe = SmallTraining.recipe
    recipe.normalization = .fixed(theirs)
    try source.trainer(TrainingState(recipe: recipe)).run()

    recipe.weights = source.folder.checkpoint
    let same = try SmallTraining()
    let stated = try same.trainer(TrainingState(recipe: recipe))
    #expect(stated.findings.weights == comparison())

    recipe.normalization = .fixed(other)
    let different = try Trainer(source.model, recipe: recipe, training: source.images, backend: Reference())
    #expect(different.network.normalization == other)
    #expect(different.findings.weights == comparison { $0.otherNormalization = theirs })

    recipe.normalization = nil
    let training = try SmallTraining()
    let recorder = Recorder()
    let taken = try training.trainer(TrainingState(recipe: recipe))
    #expect(taken.network.normalization == theirs && taken.description.normalization == theirs)
    #expect(taken.findings.weights == comparison { $0.givesNormalization = true })
    try taken.run(observers: [recorder], shouldStop: { recorder.losses.count == 3 })
    try stated.run()
    #expect(try RecipeFile.read(training.folder.recipe).normalization == .fixed(theirs))
    // Resumed without the weights.
    try FileManager.default.removeItem(atPath: source.folder.checkpoint)
    let resumed = try training.trainer(training.storedState())
    #expect(resumed.findings.weights == nil && resumed.network.normalization == theirs)
    try resumed.run()
    #expect(try training.bytes(training.folder.checkpoint) == same.bytes(same.folder.checkpoint))

    recipe.weights = nil
    let none = try Trainer(source.model, recipe: recipe, training: source.images, backend: Reference())
    #expect(none.network.normalization == .none && none.findings.weights == nil)
  }

  @Test("notices weights for as many classes with other names, or images that were resized in another way")
  func otherClasses() throws {
    let source = try SmallTraining()
    try source.trainer().run()
    let images = try LabeledImages(
      pixels: source.images.labels.indices.flatMap { try source.images.image(at: $0) }, shape: [26, 1, 9, 9],
      labels: source.images.labels, classNames: ["a", "b", "c", "e"])
    var recipe = SmallTraining.recipe
    recipe.weights = source.folder.checkpoint
    recipe.tab = .mxnet
    let trainer = try Trainer(source.model, recipe: recipe, training: images, backend: Reference())
    #expect(trainer.findings.newParameters.isEmpty)
    #expect(
      trainer.findings.weights
        == comparison {
          $0.givesNormalization = true
          $0.otherResize = .pillow
          $0.otherClassNames = ["a", "b", "c", "d"]
        })
  }

  private func comparison(
    _ change: (inout Trainer.WeightsComparison) -> Void = { _ in }
  ) -> Trainer.WeightsComparison {
    var comparison = Trainer.WeightsComparison()
    comparison.statesPreparation = true
    change(&comparison)
    return comparison
  }

  @Test(
    "that names what the network does not have is rejected", arguments: ["frozen", "constants", "everything"])
  func unknownNames(what: String) throws {
    var recipe = SmallTraining.recipe
    switch what {
    case "frozen": recipe.frozen = ["net.9"]
    case "constants": recipe.initialization.constants = ["net.9.bias": 1]
    default: recipe.frozen = ["net"]
    }
    let images = try SmallTraining.images(8)
    let error = #expect(throws: TrainingError.self) {
      try Trainer(SmallTraining.model, recipe: recipe, training: images, backend: Reference())
    }
    #expect(error?.description.contains(what == "everything" ? "all" : "net.9") == true)
  }

  @Test("needs finite numbers", arguments: ["learning rate", "weight decay", "epsilon"])
  func infinite(what: String) throws {
    var recipe = SmallTraining.recipe
    switch what {
    case "learning rate": recipe.learningRate.peak = .infinity
    case "weight decay": recipe.weightDecay = .infinity
    default: recipe.optimizer = .adamW(epsilon: .infinity)
    }
    let error = #expect(throws: TrainingError.self) { try recipe.validate() }
    #expect(error?.description.contains("\(what) is inf; it must be a finite number") == true)
  }

  @Test("that was stored is run again to the same network")
  func again() throws {
    let training = try SmallTraining()
    try training.trainer(TrainingState(recipe: Self.rich), microBatch: 3).run()
    let recipe = try RecipeFile.read(training.folder.recipe)
    #expect(recipe.computation.backend == "reference" && recipe.computation.microBatch == 3)
    let second = try SmallTraining()
    try second.trainer(TrainingState(recipe: recipe)).run()
    #expect(try second.bytes(second.folder.checkpoint) == training.bytes(training.folder.checkpoint))
  }
}
