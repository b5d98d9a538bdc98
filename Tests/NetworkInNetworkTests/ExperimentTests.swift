import NetworkInNetwork
import TestSupport
import Testing

@Suite("Experiments from checkpoints")
struct ExperimentTests {
  private static let model = Sequential(
    Conv2D(6, kernel: 3, hasBias: false), BatchNorm2D(), ReLU(), MaxPool2D(kernel: 2), Conv2D(3, kernel: 1),
    GlobalAvgPool2D(), Flatten())

  private static func images(_ count: Int, channels: Int = 2) throws -> LabeledImages {
    let pixels = (0..<count * channels * 20 * 17).map { UInt8($0 * 7 % 251) }
    return try LabeledImages(
      pixels: pixels, shape: [count, channels, 20, 17], labels: (0..<count).map { Int32($0 % 3) },
      classNames: ["a", "b", "c"])
  }

  /// A checkpoint of a network with running statistics that are not the initial ones.
  private static func checkpoint(in folder: TemporaryFolder, resize: ResizeMethod?) throws -> Checkpoint {
    let description = CheckpointDescription(
      model: model, image: [2, 13, 12], classNames: ["a", "b", "c"],
      normalization: Normalization(mean: [0.3, 0.4], deviation: [0.1, 0.2]), resize: resize)
    let network = try Network(model, image: description.image, backend: Reference())
    try network.initialize(seed: 3)
    try network.setState { name in
      Tensor<Double>(
        shape: name.hasSuffix("tracked") ? [] : [6], repeating: name.hasSuffix("tracked") ? 9 : 0.5)
    }
    let path = folder.path("network.safetensors")
    try Checkpoint.write(network, description: description, to: path)
    return try Checkpoint(path: path)
  }

  @Test(
    "have the images as the network sees them, and its parameters and state",
    arguments: [nil, .openCV, .tensorFlow] as [ResizeMethod?])
  func network(_ resize: ResizeMethod?) throws {
    let folder = try TemporaryFolder()
    let checkpoint = try Self.checkpoint(in: folder, resize: resize)
    let images = try Self.images(5)
    let experiment = try Experiment(checkpoint, images: images)
    #expect(experiment.images.shape == [5, 2, 13, 12] && experiment.labels == [0, 1, 2, 0, 1])
    #expect(experiment.state["net.1.num_batches_tracked"]?.elements == [9])
    let resized = try (0..<5).map {
      try images.image(at: $0, resizedTo: PixelSize(height: 13, width: 12), by: resize ?? .pillow)
    }
    for backend in try TestedBackends.all() {
      let network = try checkpoint.network(on: backend)
      let fromImages = try network.predict(ImageBatch(resized, image: network.image))
      let fromNumbers = try network.predict(.doubles(experiment.images))
      for (left, right) in zip(fromImages.elements, fromNumbers.elements) {
        #expect(abs(left - right) <= 1e-5 * max(1, abs(left)), "\(backend.name)")
      }
      let recording = try NetworkRecording(experiment, on: backend, precision: .float32, plan: .prediction)
      let judgment = try Referee(experiment, threads: backend.threads).judge([recording])[0]
      #expect(judgment.passes, "\(backend.name)")
    }
  }

  @Test("reject images with a different number of channels, and no images")
  func refusals() throws {
    let folder = try TemporaryFolder()
    let checkpoint = try Self.checkpoint(in: folder, resize: nil)
    #expect(throws: VerificationError.self) {
      try Experiment(checkpoint, images: Self.images(2, channels: 1))
    }
    #expect(throws: VerificationError.self) { try Experiment(checkpoint, images: Self.images(2).prefix(0)) }
  }
}
