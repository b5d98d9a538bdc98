import Backends
import Datasets
import Networks
import Tensors
import Training
import Verification

extension Experiment {
  /// Creates an experiment from a trained network and images, which are resized and normalized as the network needs.
  ///
  /// ```swift
  /// let checkpoint = try Checkpoint(path: "runs/quick/checkpoint.safetensors")
  /// let experiment = try Experiment(checkpoint, images: FashionMNIST().test(first: 8))
  /// let recording = try NetworkRecording(experiment, on: DNNL(), precision: .float32, plan: .training)
  /// let judgment = try Referee(experiment, threads: .automatic).judge([recording])[0]
  /// ```
  ///
  /// - Parameters:
  ///   - checkpoint: The network.
  ///   - images: The images with their classes, all in one batch.
  ///   - context: Training or prediction mode, and the seed of dropout's masks.
  /// - Throws: `VerificationError` if `images` is empty or has different channels or classes than the network;
  ///   `DatasetError` if an image file can no longer be read; errors from reading the checkpoint.
  public init(
    _ checkpoint: Checkpoint, images: LabeledImages, context: RunContext = RunContext()
  ) throws {
    let description = checkpoint.description
    let image = description.image
    guard images.channels == image[0] else {
      throw VerificationError.unsuitableInput(
        reason: "the number of channels is \(images.channels); the network takes \(image[0])")
    }
    let size = PixelSize(height: image[1], width: image[2])
    let pixels = try (0..<images.count).flatMap { index in
      description.normalization.numbers(
        try images.image(at: index, resizedTo: size, by: description.resize ?? .pillow), channels: image[0])
    }
    var parameters: [String: Tensor<Double>] = [:]
    var state: [String: Tensor<Double>] = [:]
    for layer in try description.model.resolved(for: image.batched(1)) {
      for name in layer.operation.parameters.map(layer.parameterName) {
        parameters[name] = try checkpoint.parameter(name, as: Double.self)
      }
      for name in layer.operation.state.map({ $0.name(ofLayer: layer.name) }) {
        state[name] = try checkpoint.parameter(name, as: Double.self)
      }
    }
    try self.init(
      description.model, images: Tensor(shape: image.batched(images.count), elements: pixels),
      labels: Array(images.labels), parameters: parameters, state: state, context: context)
  }
}
