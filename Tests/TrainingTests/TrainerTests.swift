import Backends
import Layers
import Networks
import Tensors
import TestSupport
import Testing
import Training

@Suite("The trainer", .serialized)
struct TrainerTests {
  @Test("calls all observers equally, and none has to implement everything")
  func observers() throws {
    final class Deaf: TrainingObserver {}
    let recorders = [Recorder(), Recorder()]
    let training = try SmallTraining()
    try training.trainer().run(observers: [recorders[0], Deaf(), recorders[1]])
    #expect(recorders[0].epochs.count == 3 && recorders[0].epochs == recorders[1].epochs)
    #expect(recorders[0].losses.count == 21 && recorders[0].losses == recorders[1].losses)
  }

  @Test("learns what can be learned")
  func learns() throws {
    for backend in try TestedBackends.all() {
      let training = try SmallTraining()
      let recorder = Recorder()
      var recipe = SmallTraining.recipe
      recipe.epochs = 30
      let trainer = try training.trainer(TrainingState(recipe: recipe), on: backend)
      #expect(try trainer.run(observers: [recorder]) == .finished)
      let first = try #require(recorder.epochs.first)
      let last = try #require(recorder.epochs.last)
      #expect(recorder.epochs.count == 30 && recorder.losses.count == 30 * 7)
      #expect(try #require(last.testLoss) < 0.7 * #require(first.testLoss), "\(backend.name)")
      #expect(try #require(last.testAccuracy) > 0.6, "\(backend.name)")
    }
  }

  @Test("computes the same bits twice")
  func sameBits() throws {
    for backend in try TestedBackends.all() {
      let trainings = try [SmallTraining(), SmallTraining()]
      for training in trainings {
        #expect(
          try training.trainer(on: backend).run() == .finished)
      }
      #expect(
        try trainings[0].bytes(trainings[0].folder.checkpoint)
          == trainings[1].bytes(trainings[1].folder.checkpoint))
    }
  }

  @Test("ends with the same bits wherever it was stopped", arguments: [1, 7, 10, 20])
  func resume(stepsBeforeStop: Int) throws {
    for backend in try TestedBackends.all() {
      let whole = try SmallTraining()
      let wholeRecorder = Recorder()
      try whole.trainer(on: backend).run(observers: [wholeRecorder])

      let parts = try SmallTraining()
      let recorder = Recorder()
      let outcome = try parts.trainer(on: backend).run(
        observers: [recorder], shouldStop: { recorder.losses.count == stepsBeforeStop })
      #expect(outcome == .interrupted && recorder.losses.count == stepsBeforeStop)
      let state = try parts.storedState()
      #expect(state.step == stepsBeforeStop)
      #expect(
        try parts.trainer(state, on: backend).run(observers: [recorder]) == .finished)

      #expect(recorder.losses == wholeRecorder.losses)
      #expect(recorder.epochs == wholeRecorder.epochs)
      #expect(try parts.bytes(parts.folder.checkpoint) == whole.bytes(whole.folder.checkpoint))
    }
  }

  @Test("ends a run that diverges, and leaves the last good state")
  func diverges() throws {
    let model = Sequential(Flatten(), Dense(4))
    let training = try SmallTraining(model: model)
    var recipe = SmallTraining.recipe
    recipe.learningRate = LearningRateSchedule(peak: 1e38)
    recipe.maximumGradientNorm = nil
    let trainer = try training.trainer(TrainingState(recipe: recipe))
    let error = #expect(throws: TrainingError.self) {
      try trainer.run()
    }
    #expect(error?.description.contains("diverged") == true)
    #expect(error?.description.contains("\n") == false)
    try expectGoodState(of: training)
  }

  @Test("finds a divergence in the last step of an epoch before it writes anything")
  func divergesLate() throws {
    let model = Sequential(Flatten(), Dense(4))
    let training = try SmallTraining(model: model)
    var recipe = SmallTraining.recipe
    recipe.batchSize = 26
    recipe.learningRate = LearningRateSchedule(peak: 1e38)
    recipe.maximumGradientNorm = nil
    let trainer = try training.trainer(TrainingState(recipe: recipe))
    #expect(throws: TrainingError.self) { try trainer.run() }
    try expectGoodState(of: training)
  }

  private func expectGoodState(of training: SmallTraining) throws {
    #expect(try training.storedState().step == 0)
    let file = try SafetensorsFile(path: training.folder.state)
    for name in file.names {
      #expect(try file.tensor(name, as: Float.self).elements.allSatisfy { $0.isFinite && abs($0) < 10 })
    }
  }

  @Test("reports once that the network has died")
  func died() throws {
    let model = Sequential(
      Conv2D(6, kernel: 3), ReLU(), Conv2D(4, kernel: 1), ReLU(), GlobalAvgPool2D(), Flatten())
    for backend in try TestedBackends.all() {
      let training = try SmallTraining(model: model)
      let trainer = try training.trainer(on: backend)
      let recorder = Recorder()
      try trainer.network.setParameters { name in
        let shape = try #require(trainer.network.parameterShapes.first { $0.name == name }).shape
        return Tensor(shape: shape, repeating: name == "net.2.bias" ? -1000 : 0.01)
      }
      try trainer.run(observers: [recorder])
      #expect(recorder.diagnoses.map(\.kind) == [.noGradient], "\(backend.name)")
      #expect(recorder.diagnoses.first?.step == 3)
    }
  }

  @Test("does not report a dead network while it is alive")
  func alive() throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    try training.trainer().run(observers: [recorder])
    #expect(recorder.diagnoses.isEmpty)
  }

  @Test("rejects a recipe with invalid numbers")
  func badRecipes() throws {
    let training = try SmallTraining()
    let changes: [(inout Recipe) -> Void] = [
      { $0.batchSize = 0 }, { $0.batchSize = -4 }, { $0.batchSize = .max }, { $0.imageSize = 0 },
      { $0.imageSize = .max }, { $0.epochs = 0 }, { $0.epochs = .max },
      { $0.learningRate.warmUpSteps = .max },
      { $0.learningRate.warmUpSteps = .min }, { $0.learningRate.peak = .nan },
      { $0.optimizer = .sgd(momentum: -1) },
      { $0.trainingLimit = 0 }, { $0.testLimit = -1 },
    ]
    for change in changes {
      var recipe = SmallTraining.recipe
      change(&recipe)
      #expect(throws: TrainingError.self) { try training.trainer(TrainingState(recipe: recipe)) }
    }
  }
}
