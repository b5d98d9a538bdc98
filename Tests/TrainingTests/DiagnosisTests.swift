import Backends
import Datasets
import Foundation
import Layers
import Networks
import Tensors
import TestSupport
import Testing

@testable import Training

/// Runs that are made to fail, each in its way.
@Suite("A diagnosis", .serialized)
struct DiagnosisTests {
  private static let head = Sequential(
    Conv2D(6, kernel: 3), ReLU(), Conv2D(4, kernel: 1), ReLU(), GlobalAvgPool2D(), Flatten())
  private static let linear = Sequential(Flatten(), Dense(4))

  /// Plain SGD on batches of 16, so large that channels are looked at.
  private func recipe(_ change: (inout Recipe) -> Void = { _ in }) -> Recipe {
    var recipe = Recipe(
      imageSize: 9, batchSize: 16, epochs: 2, learningRate: LearningRateSchedule(peak: 0.05), seed: 7)
    change(&recipe)
    return recipe
  }

  private func diagnoses(
    _ model: Sequential, _ recipe: Recipe, on backend: any Backend, images: LabeledImages? = nil,
    test: LabeledImages? = nil
  ) throws -> [Diagnosis] {
    let images = try images ?? SmallTraining.images(96)
    let trainer = try Trainer(
      model, recipe: recipe, training: images, test: test ?? images, backend: backend)
    let recorder = Recorder()
    try trainer.run(observers: [recorder])
    return recorder.diagnoses
  }

  private func fast(_ body: (any Backend) throws -> Void) throws {
    for name in TestedBackends.fastNames { try body(TestedBackends.make(name)) }
  }

  /// The images with other labels.
  private func images(_ count: Int, labels: (Int) -> Int32, isBlank: Bool = false) throws -> LabeledImages {
    let images = try SmallTraining.images(count)
    let pixels = isBlank ? Array(repeating: 128, count: count * 81) : try (0..<count).flatMap(images.image)
    return try LabeledImages(
      pixels: pixels, shape: [count, 1, 9, 9], labels: (0..<count).map(labels),
      classNames: images.classNames)
  }

  @Test("of dead last ReLUs comes within three steps, once, with a remedy")
  func lastReLU() throws {
    try fast { backend in
      let recipe = recipe { $0.initialization.constants = ["net.2.bias": -10] }
      let found = try diagnoses(Self.head, recipe, on: backend)
      #expect(found.map(\.kind) == [.noGradient] && found.first?.step == 3)
      #expect(found.first?.finding.contains("ln 4") == true)
      #expect(found.first?.advice.contains("learning rate (it is 0.05)") == true)
    }
  }

  @Test("names the layer whose weights are 0")
  func zeroWeights() throws {
    let model = Sequential(Conv2D(6, kernel: 3), ReLU(), Conv2D(4, kernel: 1), GlobalAvgPool2D(), Flatten())
    try fast { backend in
      let found = try diagnoses(
        model, recipe { $0.initialization = Initialization(weights: .zeros) }, on: backend)
      #expect(found.map(\.kind) == [.deadLayer] && found.first?.step == 6)
      #expect(found.first?.finding.contains("6 of 6 channels of net.1") == true, "\(found)")
    }
  }

  @Test("says that the steps are too small")
  func smallSteps() throws {
    try fast { backend in
      for optimizer in [Optimizer.sgd(momentum: 0.9), .adamW()] {
        let recipe = recipe {
          $0.learningRate.peak = 1e-9
          $0.batchSize = 8
          $0.optimizer = optimizer
        }
        let found = try diagnoses(SmallTraining.model, recipe, on: backend)
        #expect(found.map(\.kind) == [.smallSteps] && found.first?.step == 12)
        #expect(found.first?.advice.contains("1e-09") == true)
      }
    }
  }

  @Test("says that the steps are too small as soon as there are enough of them, if epochs are short")
  func smallStepsOfShortEpochs() throws {
    try fast { backend in
      let recipe = recipe {
        $0.learningRate.peak = 1e-9
        $0.epochs = 3
      }
      let found = try diagnoses(SmallTraining.model, recipe, on: backend)
      #expect(found.map(\.kind) == [.smallSteps] && found.first?.step == 12)
    }
  }

  @Test("says that the loss stays that of guessing")
  func guessing() throws {
    let blank = try images(64, labels: { Int32($0 % 4) }, isBlank: true)
    try fast { backend in
      let recipe = recipe {
        $0.batchSize = 4
        $0.epochs = 27
        $0.learningRate.peak = 0.01
      }
      let found = try diagnoses(SmallTraining.model, recipe, on: backend, images: blank)
      #expect(found.map(\.kind) == [.guessing] && found.first?.step == 400)
    }
  }

  @Test("names the classes whose last ReLU has died")
  func deadClass() throws {
    let model = Sequential(Flatten(), Dense(4), ReLU())
    let images = try SmallTraining.images(96)
    try fast { backend in
      let recipe = recipe {
        $0.epochs = 12
        $0.learningRate.peak = 0.02
      }
      let trainer = try Trainer(model, recipe: recipe, training: images, test: images, backend: backend)
      let bias = Tensor<Float>(shape: [4], elements: [1, 1, -1000, 1])
      let others = Dictionary(
        uniqueKeysWithValues: try trainer.network.parameters().map { ($0.name, $0.tensor) })
      try trainer.network.setParameters { try $0 == "net.1.bias" ? bias : #require(others[$0]) }
      let recorder = Recorder()
      try trainer.run(observers: [recorder])
      #expect(recorder.diagnoses.map(\.kind) == [.deadClasses])
      #expect(recorder.diagnoses.first?.finding.contains("(c)") == true, "\(recorder.diagnoses)")
    }
  }

  @Test("names classes without training images before the first step, and says that they are never predicted")
  func missingClass() throws {
    let training = try images(96, labels: { Int32($0 % 4 == 3 ? 2 : $0 % 4) })
    try fast { backend in
      let recipe = recipe {
        $0.epochs = 20
        $0.learningRate.peak = 0.2
      }
      let found = try diagnoses(
        Self.linear, recipe, on: backend, images: training, test: SmallTraining.images(48))
      #expect(found.map(\.kind) == [.missingClasses, .neverPredicted])
      #expect(found.first?.step == 0 && found.first?.finding.contains("(d)") == true)
      #expect(
        found.last?.finding.contains("classified as") == true && found.last?.finding.hasSuffix("d") == true,
        "\(found)")
    }
  }

  @Test("of labels that are all one class names the others")
  func oneClass() throws {
    let training = try images(96, labels: { _ in 1 })
    try fast { backend in
      let found = try diagnoses(Self.linear, recipe(), on: backend, images: training)
      #expect(found.map(\.kind) == [.missingClasses])
      #expect(found.first?.finding.contains("a, c, d") == true)
    }
  }

  @Test("looks at few images, in whole parts of one batch")
  func imagesLookedAt() {
    func count(_ training: Int, _ part: Int, _ batch: Int) -> Int {
      ChannelActivity.imageCount(of: training, microBatch: part, batchSize: batch)
    }
    #expect(count(60_000, 4, 128) == 64 && count(60_000, 6, 128) == 66 && count(60_000, 128, 128) == 128)
    #expect(count(15_000, 5, 128) == 50)
    #expect(count(256, 4, 128) == 32 && count(256, 6, 128) == 36 && count(256, 4, 8) == 8)
  }

  @Test("does not look at a layer again whose channels are all alive")
  func aliveLayers() {
    let activity = ChannelActivity()
    #expect(activity.observes(layer: "net.0"))
    activity.observe(Tensor(shape: [1, 2, 1, 2], elements: [0, 0, 0, 3]), ofLayer: "net.0")
    #expect(activity.observes(layer: "net.0") && activity.layers[0].deadCount == 1)
    activity.observe(Tensor(shape: [1, 2, 1, 2], elements: [-1, 0, 0, 0]), ofLayer: "net.0")
    #expect(!activity.observes(layer: "net.0") && activity.observes(layer: "net.1"))
  }

  @Test("takes time that the run's results state separately from the time of training")
  func cost() throws {
    let training = try SmallTraining()
    try training.trainer().run()
    let metrics = try RunMetrics(path: training.folder.metrics)
    #expect((metrics.diagnosisSeconds ?? 0) > 0)
    #expect(metrics.data?.test == training.images.digest)
  }

  @Test("is not made for a healthy run, short, long or with few images")
  func sound() throws {
    try fast { backend in
      for (count, batch, epochs) in [(26, 4, 3), (96, 16, 30), (8, 8, 1), (4, 1, 2)] {
        var recipe = SmallTraining.recipe
        (recipe.batchSize, recipe.epochs) = (batch, epochs)
        let found = try diagnoses(
          SmallTraining.model, recipe, on: backend, images: SmallTraining.images(count))
        #expect(found.isEmpty, "\(found)")
      }
    }
  }
}
