import Backends
import Foundation
import Networks
import ReferenceBackend
import Tensors
import TestSupport
import Testing
import Training

@Suite("The state of a run")
struct TrainingStateTests {
  @Test("is the same to the byte for runs that compute the same")
  func sameBytes() throws {
    for backend in try TestedBackends.all() {
      let trainings = try [SmallTraining(), SmallTraining()]
      for training in trainings {
        try training.trainer(on: backend).run()
      }
      #expect(
        try trainings[0].bytes(trainings[0].folder.state) == trainings[1].bytes(trainings[1].folder.state))
    }
  }

  @Test("keeps backend, precision and micro-batch when it is resumed without them")
  func kept() throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    try training.trainer(precision: .float64, microBatch: 3).run(
      observers: [recorder], shouldStop: { recorder.losses.count == 2 })
    let stored = try training.storedState()
    #expect(stored.backend == "reference" && stored.precision == .float64 && stored.microBatch == 3)
    let resumed = try training.trainer(stored)
    #expect(resumed.network.options.precision == .float64 && resumed.network.microBatch == 3)
    #expect(resumed.state == stored)
    let changed = try training.trainer(stored, precision: .float32, microBatch: 2)
    #expect(changed.state.precision == .float32 && changed.state.microBatch == 2)
  }

  @Test("keeps the convolution algorithm when it is resumed without one")
  func keptAlgorithms() throws {
    for choice in ConvolutionChoice.allCases {
      let training = try SmallTraining()
      let recorder = Recorder()
      try training.trainer(convolutions: choice).run(
        observers: [recorder], shouldStop: { recorder.losses.count == 2 })
      let stored = try training.storedState()
      #expect(stored.convolutions == choice)
      #expect(try training.trainer(stored).network.options.convolutions == choice)
      #expect(try training.trainer(stored, convolutions: .direct).state.convolutions == .direct)
    }
    #expect(try SmallTraining().trainer().network.options.convolutions == .automatic)
  }

  @Test("is not resumed on other images or labels")
  func otherData() throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    try training.trainer().run(observers: [recorder], shouldStop: { recorder.losses.count == 2 })
    let stored = try training.storedState()
    let others = [try SmallTraining.images(25), try SmallTraining.images(26, side: 8)]
    for other in others {
      #expect(throws: TrainingError.self) { try training.trainer(stored, training: other) }
      #expect(throws: TrainingError.self) { try training.trainer(stored, test: other) }
    }
    #expect(try training.trainer(stored, training: try SmallTraining.images(26)).state == stored)
    #expect(try training.storedState() == stored)
  }

  @Test("that was stopped before the first step is resumed where it is")
  func beforeTheFirstStep() throws {
    let training = try SmallTraining()
    #expect(try training.trainer().run(observers: [Recorder()], shouldStop: { true }) == .interrupted)
    let resumed = try training.trainer(training.storedState())
    #expect(resumed.findings.earlierRun == nil)
    try resumed.run()
    let whole = try SmallTraining()
    try whole.trainer().run()
    #expect(try training.bytes(training.folder.checkpoint) == whole.bytes(whole.folder.checkpoint))
  }

  private static func fixture(_ name: String) throws -> String {
    try #require(Bundle.module.path(forResource: "Fixtures/\(name)", ofType: "safetensors"))
  }

  /// Both files were written by version f72ee2c on the reference: ``SmallTraining`` after its tenth step, and
  /// after its last.
  ///
  /// Another CPU's `exp` may round otherwise, hence the tolerance: the parameters are of order 0.1 to 1, and eleven
  /// steps of a small network multiply a rounding of 6e-8 by far less than 100.
  @Test("of version f72ee2c is resumed to the same network as there")
  func oldFiles() throws {
    let training = try SmallTraining()
    try FileManager.default.copyItem(
      atPath: Self.fixture("training-state-f72ee2c"), toPath: training.folder.state)
    try FileManager.default.copyItem(
      atPath: Self.fixture("checkpoint-f72ee2c"), toPath: training.folder.checkpoint)
    let stored = try training.storedState()
    var recipe = SmallTraining.recipe
    recipe.decaysBiases = true
    recipe.normalization = .fixed(.none)
    #expect(stored.step == 10 && stored.epoch == 1 && stored.batch == 3 && stored.recipe == recipe)
    let trainer = try training.trainer(stored)
    // There were no others.
    #expect(stored.convolutions == nil && trainer.network.options.convolutions == .direct)
    #expect(trainer.findings.foreignCheckpoint == nil)
    #expect(stored.changes == nil && trainer.state.changes == nil)
    try trainer.run()

    let old = try Checkpoint(path: Self.fixture("checkpoint-f72ee2c"))
    let new = try Checkpoint(path: training.folder.checkpoint)
    #expect(new.description == old.description && old.description.model == SmallTraining.model)
    for name in ["net.0.weight", "net.0.bias", "net.3.weight", "net.3.bias"] {
      let expected: Tensor<Float> = try old.parameter(name)
      let found: Tensor<Float> = try new.parameter(name)
      let worst = zip(expected.elements, found.elements).map { abs($0 - $1) }.max() ?? 1
      #expect(worst < 5e-6, "\(name)")
    }
  }
}
