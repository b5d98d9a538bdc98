import Backends
import Datasets
import Foundation
import Layers
import Networks
import Synchronization
import Tensors
import TestSupport
import Testing
import Training

@Suite("A run that diverges", .serialized)
struct DivergenceTests {
  private static let linear = Sequential(Flatten(), Dense(4))

  private func fast(_ body: (any Backend) throws -> Void) throws {
    for name in TestedBackends.fastNames { try body(TestedBackends.make(name)) }
  }

  private func plain(_ change: (inout Recipe) -> Void) -> Recipe {
    var recipe = Recipe(
      imageSize: 9, batchSize: 4, epochs: 3, learningRate: LearningRateSchedule(peak: 0.01), seed: 7)
    change(&recipe)
    return recipe
  }

  /// A rule whose learning rate is infinite from a step on.
  private final class Failing: Sendable {
    private let steps = Atomic(0)
    let lastGood: Int

    init(after step: Int) { lastGood = step }

    func rule(_ rate: Double) -> UpdateRule {
      let step = steps.wrappingAdd(1, ordering: .relaxed).newValue
      return .gradientDescent(GradientDescentRule(learningRate: step > lastGood ? .infinity : rate))
    }
  }

  @Test(
    "ends in the step whose update makes a parameter non-finite, and keeps the network of the epoch before")
  func update() throws {
    try fast { backend in
      let training = try SmallTraining(model: Self.linear)
      // The second step of the second epoch, since the rule is called once before the first step. Only the norm of the
      // parameters detects it.
      let failing = Failing(after: 9)
      let trainer = try Trainer(
        Self.linear, recipe: plain { _ in }, training: training.images, test: training.images,
        backend: backend,
        functions: TrainingFunctions(updateRule: failing.rule), folder: training.folder)
      let recorder = Recorder()
      let error = #expect(throws: TrainingError.self) { try trainer.run(observers: [recorder]) }
      let line = "\(try #require(error))"
      #expect(recorder.losses.count == 8 && recorder.epochs.count == 1)
      #expect(
        error == .diverged(step: 9, completeEpochs: 1, checkpoint: training.folder.checkpoint, reason: line))
      for part in ["step 9", "net.1.weight", "after the update", "epoch 1", training.folder.checkpoint] {
        #expect(line.contains(part), "\(line)")
      }
      #expect(try training.storedState().step == 7)
      for path in [training.folder.checkpoint, training.folder.bestCheckpoint, training.folder.state] {
        let file = try SafetensorsFile(path: path)
        for name in file.names where try file.elementType(of: name) == .float32 {
          #expect(try file.tensor(name, as: Float.self).elements.allSatisfy(\.isFinite))
        }
      }
    }
  }

  @Test("names the layer whose output is no longer finite")
  func forward() throws {
    try fast { backend in
      let training = try SmallTraining()
      let recipe = plain { $0.learningRate.peak = 1e25 }
      let trainer = try training.trainer(TrainingState(recipe: recipe), on: backend)
      let error = #expect(throws: TrainingError.self) { try trainer.run() }
      let line = "\(try #require(error))"
      #expect(line.contains("net.") && line.contains("diverged in step") && line.contains("1e+25"), "\(line)")
      #expect(try training.storedState().step == 0)
    }
  }

  @Test("states the rate of its step, and recommends what the recipe does not have")
  func warmUp() throws {
    let training = try SmallTraining()
    let recipe = plain { $0.learningRate = LearningRateSchedule(peak: 1e25, warmUpSteps: 9) }
    let trainer = try training.trainer(TrainingState(recipe: recipe))
    let error = #expect(throws: TrainingError.self) { try trainer.run() }
    guard case .diverged(let step?, _, _, let line) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    let rate = recipe.learningRate.rate(step: step - 1, epochs: 3, stepsPerEpoch: 7)
    #expect(
      rate < 1e25 && line.contains("a lower learning rate (it was \(rate)) or clipped gradients may help"))
    #expect(!line.contains("warm-up"), "\(line)")
  }

  @Test("ends in the step in which running statistics overflow, though the loss is finite")
  func runningStatistics() throws {
    let model = Sequential(BatchNorm2D(), Conv2D(4, kernel: 3), GlobalAvgPool2D(), Flatten())
    try fast { backend in
      let training = try SmallTraining(model: model)
      // Pixels of about 1e25, whose squares overflow Float.
      let recipe = plain { $0.normalization = .fixed(Normalization(mean: [0], deviation: [1e-25])) }
      let trainer = try training.trainer(TrainingState(recipe: recipe), on: backend)
      let recorder = Recorder()
      let error = #expect(throws: TrainingError.self) { try trainer.run(observers: [recorder]) }
      let line = "\(try #require(error))"
      #expect(recorder.losses.isEmpty)
      for part in ["step 1", "net.0.running_var is infinite", "after the update"] {
        #expect(line.contains(part), "\(line)")
      }
    }
  }

  @Test("at an absurd rate does not blame running statistics, which the failed step has changed already")
  func normalizedAtAbsurdRate() throws {
    let model = Sequential(
      Conv2D(6, kernel: 3, stride: 2), BatchNorm2D(), ReLU(), Conv2D(4, kernel: 1), GlobalAvgPool2D(),
      Flatten())
    try fast { backend in
      let training = try SmallTraining(model: model)
      let recipe = plain { $0.learningRate.peak = 1e20 }
      let trainer = try training.trainer(TrainingState(recipe: recipe), on: backend)
      let error = #expect(throws: TrainingError.self) { try trainer.run() }
      let line = "\(try #require(error))"
      #expect(line.contains("a lower learning rate (it was 1e+20)"), "\(line)")
      #expect(!line.contains("before the step") && !line.contains("initial weights"), "\(line)")
    }
  }

  @Test("on images that are infinite says so", arguments: [true, false])
  func images(isNormalized: Bool) throws {
    let normalized = Sequential(BatchNorm2D(), Conv2D(4, kernel: 3), GlobalAvgPool2D(), Flatten())
    try fast { backend in
      let training = try SmallTraining(model: isNormalized ? normalized : SmallTraining.model)
      let recipe = plain { $0.normalization = .fixed(Normalization(mean: [0], deviation: [1e-44])) }
      let trainer = try training.trainer(TrainingState(recipe: recipe), on: backend)
      let error = #expect(throws: TrainingError.self) { try trainer.run() }
      #expect("\(try #require(error))".contains("the network's input is infinite"))
    }
  }

  @Test("keeps the steps before in its history, and has each once when it is resumed with a lower rate")
  func historyOfFailure() throws {
    let training = try SmallTraining(model: Self.linear)
    let failing = Failing(after: 6)
    let recipe = plain { $0.epochs = 1 }
    let trainer = try Trainer(
      Self.linear, recipe: recipe, training: training.images, backend: TestedBackends.make("reference"),
      functions: TrainingFunctions(updateRule: failing.rule), folder: training.folder)
    let recorder = Recorder()
    #expect(throws: TrainingError.self) { try trainer.run(observers: [recorder]) }
    #expect(recorder.losses.count == 5 && recorder.failures == 1)
    func steps() throws -> [Int] {
      let history = try RunHistory(path: training.folder.history)
      return history.rows.map(\.step)
    }
    #expect(try steps() == Array(1...5))
    let again = try Trainer(
      Self.linear, state: training.storedState(), training: training.images,
      backend: TestedBackends.make("reference"),
      functions: TrainingFunctions(updateRule: Failing(after: .max).rule), folder: training.folder)
    try again.run()
    #expect(try steps() == Array(1...7))
  }

  @Test("has each step once in its history when it is resumed")
  func history() throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    try training.trainer().run(observers: [recorder], shouldStop: { recorder.losses.count == 10 })
    try training.trainer(training.storedState()).run()
    let rows = try String(decoding: training.bytes(training.folder.history), as: UTF8.self).split(
      separator: "\n")
    #expect(
      rows.dropFirst().compactMap { $0.split(separator: ",").first.flatMap { Int($0) } } == Array(1...21))
  }
}
