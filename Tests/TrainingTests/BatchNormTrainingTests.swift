import Foundation
import Layers
import Networks
import Tensors
import TestSupport
import Testing
import Training

@Suite("Training with batch normalization")
struct BatchNormTrainingTests {
  private static let model = Sequential(
    Conv2D(6, kernel: 3, stride: 2, hasBias: false), BatchNorm2D(), ReLU(), Dropout(0.5),
    Conv2D(4, kernel: 1),
    BatchNorm2D(momentum: 0.3), GlobalAvgPool2D(), Flatten())

  @Test("is resumed to the byte, running statistics included")
  func resume() throws {
    for backend in try TestedBackends.all() {
      let (whole, parts) = (try SmallTraining(model: Self.model), try SmallTraining(model: Self.model))
      try whole.trainer(on: backend).run()
      let recorder = Recorder()
      try parts.trainer(on: backend).run(observers: [recorder], shouldStop: { recorder.losses.count == 10 })
      try parts.trainer(parts.storedState(), on: backend).run()
      #expect(
        try parts.bytes(parts.folder.checkpoint) == whole.bytes(whole.folder.checkpoint), "\(backend.name)")
      #expect(try parts.bytes(parts.folder.state) == whole.bytes(whole.folder.state), "\(backend.name)")
    }
  }

  @Test("writes a checkpoint with all of PyTorch's keys, which predicts what the trained network does")
  func checkpoint() throws {
    for backend in try TestedBackends.all() {
      let training = try SmallTraining(model: Self.model)
      let trainer = try training.trainer(on: backend)
      try trainer.run()
      let file = try SafetensorsFile(path: training.folder.checkpoint)
      let normalization = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
      let keys =
        ["net.0.weight", "net.4.weight", "net.4.bias"]
        + ["net.1", "net.5"].flatMap { layer in normalization.map { "\(layer).\($0)" } }
      #expect(Set(file.names) == Set(keys))
      #expect(try file.elementType(of: "net.1.num_batches_tracked") == .int64)
      #expect(try file.shape(of: "net.1.num_batches_tracked") == [])
      // 26 images in batches of 4, three times.
      #expect(try file.tensor("net.5.num_batches_tracked", as: Double.self).elements == [21])

      let checkpoint = try Checkpoint(path: training.folder.checkpoint)
      let network = try Network(
        checkpoint.description.model, image: checkpoint.description.image, backend: backend)
      try checkpoint.load(into: network)
      let images = Tensor<Float>(shape: [1, 1, 12, 12], elements: (0..<144).map { Float($0 % 13) / 13 })
      let expected = try trainer.network.predict(images).elements
      // The normalizations are folded in the one and not in the other: their weights are rounded once more, 2⁻²⁴ of
      // sums of a few dozen products.
      for (value, right) in zip(try network.predict(images).elements, expected) {
        #expect(abs(value - right) <= 1e-5 * max(1, abs(right)), "\(backend.name)")
      }
    }
  }

  @Test("rejects a checkpoint without running statistics, and says what is missing")
  func noRunningStatistics() throws {
    let training = try SmallTraining(model: Self.model)
    try training.trainer().run()
    let file = try SafetensorsFile(path: training.folder.checkpoint)
    let kept = file.names.filter { !$0.contains("running") && !$0.hasSuffix("tracked") }
    let folder = try TemporaryFolder()
    try Safetensors.write(
      tensors: kept.map { ($0, try file.tensor($0, as: Float.self)) }, metadata: file.metadata,
      to: folder.path("untracked.safetensors"))
    let checkpoint = try Checkpoint(path: folder.path("untracked.safetensors"))
    let network = try Network(
      checkpoint.description.model, image: checkpoint.description.image,
      backend: TestedBackends.make("reference"))
    #expect(throws: TrainingError.self) { try checkpoint.load(into: network) }
  }
}
