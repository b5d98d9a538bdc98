import Backends
import Datasets
import ImageFiles
import Layers
import Networks
import Tensors
import Training

/// A trained network that classifies images of any size: it resizes and normalizes them as in training.
///
/// ```swift
/// let classifier = try Classifier(path: "runs/quick/checkpoint.safetensors", on: DNNL())
/// for candidate in try classifier.classify(file: "boot.png").top(3) {
///   print(candidate.name, candidate.probability)
/// }
/// ```
///
/// Like a `Network`, it must be used from one thread at a time.
public final class Classifier {
  /// The network.
  public let network: Network
  /// The names of the classes, in their order; `class 0` and so on if none are known.
  public let classNames: [String]
  /// The resizing method, the same as in training.
  public let resize: ResizeMethod
  private let givesProbabilities: Bool

  /// The number of images resized and computed together.
  static let batchSize = 32

  /// Prepares the network of a checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: The checkpoint.
  ///   - backend: The backend to run on.
  ///   - options: Precision, algorithms and the usual batch sizes.
  /// - Throws: The errors of `Network` and of the file; `NetworkError` if the network does not end in one number for
  ///   each class.
  public convenience init(
    _ checkpoint: Checkpoint, on backend: any Backend, options: NetworkOptions = NetworkOptions()
  ) throws {
    let description = checkpoint.description
    try self.init(
      checkpoint.network(on: backend, options: options), classNames: description.classNames,
      resize: description.resize ?? .pillow)
  }

  /// Classifies with a prepared network.
  ///
  /// - Parameters:
  ///   - network: The network, with the normalization of its training.
  ///   - classNames: The names of the classes, in order; classes are numbered unless there is one name per class.
  ///   - resize: The resizing method: as in training.
  /// - Throws: `NetworkError` if the network does not take images, or does not end in one number for each class.
  public init(_ network: Network, classNames: [String] = [], resize: ResizeMethod = .pillow) throws {
    guard network.image.rank == 3 else {
      throw NetworkError.unsuitableModel(
        reason:
          "the network takes inputs of \(network.image); classification needs images, channels×height×width")
    }
    let output = network.outputShape(1)
    guard output.rank > 1, output.elementCount == output[1] else {
      throw NetworkError.unsuitableModel(
        reason: "the network's output has the shape \(output); classification needs 1×classes")
    }
    self.network = network
    self.classNames = classNames.count == output[1] ? classNames : (0..<output[1]).map { "class \($0)" }
    self.resize = resize
    givesProbabilities = network.model.layers.last is Softmax
  }

  /// Opens a checkpoint and prepares its network.
  ///
  /// - Parameters:
  ///   - path: The checkpoint, a `.safetensors` file.
  ///   - backend: The backend to run on.
  ///   - options: Precision, algorithms and the usual batch sizes.
  /// - Throws: As the other initializer; `TrainingError` or the reader's error if the file is not a checkpoint.
  public convenience init(
    path: String, on backend: any Backend, options: NetworkOptions = NetworkOptions()
  ) throws {
    try self.init(Checkpoint(path: path), on: backend, options: options)
  }

  /// Classifies an image file, PNG or JPEG, as `ImageFile.decode` reads it.
  ///
  /// - Parameter path: The file.
  /// - Returns: The probability of each class.
  /// - Throws: `ImageFileError` if the file is not an image, damaged or too large; the errors for a decoded image.
  public func classify(file path: String) throws -> Classification {
    try classify(ImageFile.decode(path: path, channels: network.image[0]))
  }

  /// Classifies one image.
  ///
  /// - Parameter image: The image, of any size.
  /// - Returns: The probability of each class.
  /// - Throws: As for several images.
  public func classify(_ image: DecodedImage) throws -> Classification {
    try classify([image])[0]
  }

  /// Classifies images, in batches.
  ///
  /// - Parameter images: The images, each of any size.
  /// - Returns: The probability of each class for each image, in order.
  /// - Throws: `NetworkError` if an image has a different number of channels than the network takes, or the network's
  ///   output is not finite; `DatasetError` if a side is not from 1 to 16,384 pixels.
  public func classify(_ images: [DecodedImage]) throws -> [Classification] {
    for image in images { try requireChannels(image.channels) }
    return try classify(count: images.count) { try images[$0].resized(to: imageSize, by: resize) }
  }

  /// Classifies the images of a data set, in batches.
  ///
  /// - Parameter images: The images, each of any size.
  /// - Returns: The probability of each class for each image, in order.
  /// - Throws: As for decoded images; `DatasetError` if an image is a file that can no longer be read.
  public func classify(_ images: LabeledImages) throws -> [Classification] {
    try requireChannels(images.channels)
    return try classify(count: images.count) { try images.image(at: $0, resizedTo: imageSize, by: resize) }
  }

  private func requireChannels(_ channels: Int) throws {
    guard channels == network.image[0] else {
      throw NetworkError.unsuitableInput(
        reason: "the number of channels is \(channels); the network takes \(network.image[0])")
    }
  }

  /// Height and width of the network's images.
  var imageSize: PixelSize { PixelSize(height: network.image[1], width: network.image[2]) }

  private func classify(
    count: Int, _ resized: (_ index: Int) throws -> ResizedImage
  ) throws -> [Classification] {
    try stride(from: 0, to: count, by: Self.batchSize).flatMap { first in
      let images = try (first..<min(first + Self.batchSize, count)).map(resized)
      return try results(for: images).map { try $0.get() }
    }
  }

  /// Classifies one batch.
  ///
  /// - Parameter images: The images, in the network's size.
  /// - Returns: The probability of each class for each image, or an error if its output is not finite.
  /// - Throws: The errors of the backend's library.
  func results(for images: [ResizedImage]) throws -> [Result<Classification, any Error>] {
    guard !images.isEmpty else { return [] }
    let output = try network.predict(ImageBatch(images, image: network.image))
    return images.indices.map { image in
      Result {
        try classification(output.elements[image * classNames.count..<(image + 1) * classNames.count])
      }
    }
  }

  private func classification(_ output: ArraySlice<Float>) throws -> Classification {
    let numbers = output.map(Double.init)
    guard givesProbabilities else { return try Classification(logits: numbers, classNames: classNames) }
    try requireFinite(numbers)
    return Classification(probabilities: numbers, classNames: classNames)
  }
}
