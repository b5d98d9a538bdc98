import NetworkInNetwork
import TestSupport

/// A network with random weights for gray 12×12 images and three classes, whose logits differ from image to image.
enum TrainedNetwork {
  static let classNames = ["ankle boot", "bag", "coat"]
  static let normalization = Normalization(mean: [0.3], deviation: [0.1])
  static let model = Sequential(
    Conv2D(5, kernel: 3), ReLU(), Conv2D(3, kernel: 1), GlobalAvgPool2D(), Flatten())

  /// Writes its checkpoint.
  static func checkpoint(in folder: TemporaryFolder, resize: ResizeMethod? = nil) throws -> String {
    let description = CheckpointDescription(
      model: model, image: [1, 12, 12], classNames: classNames, normalization: normalization, resize: resize)
    let network = try Network(model, image: description.image, backend: Reference())
    try network.initialize(Initialization(), seed: 3)
    let path = folder.path("network.safetensors")
    try Checkpoint.write(network, description: description, to: path)
    return path
  }

  /// An image of a different size than the network's; each number gives another pattern.
  static func image(_ number: Int) -> DecodedImage {
    let pixels = (0..<20 * 17).map { UInt8(($0 * (number + 3) * 7) % 256) }
    return DecodedImage(width: 17, height: 20, channels: 1, planes: pixels)
  }
}
