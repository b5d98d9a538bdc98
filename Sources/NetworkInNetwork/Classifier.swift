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
/// Like a `Network`, it is used from one thread at a time.
public final class Classifier {
  /// The network.
  public let network: Network
  /// What the classes are called, in their order; `class 0` and so on where the checkpoint does not name them.
  public let classNames: [String]
  /// How images are resized: as in training.
  public let resize: ResizeMethod
  private let givesProbabilities: Bool

  /// How many images are resized and computed together.
  private static let batchSize = 32

  /// Prepares the network of a checkpoint.
  ///
  /// - Parameters:
  ///   - checkpoint: The checkpoint.
  ///   - backend: The backend to run on.
  ///   - options: Precision and algorithms, and the batch sizes that are usual.
  /// - Throws: The errors of `Network` and of the file; `TrainingError` if the network does not end in one number for
  ///   each class.
  public init(
    _ checkpoint: Checkpoint, on backend: any Backend, options: NetworkOptions = NetworkOptions()
  ) throws {
    let description = checkpoint.description
    network = try checkpoint.network(on: backend, options: options)
    let output = network.outputShape(1)
    guard output.rank > 1, output.elementCount == output[1] else {
      throw TrainingError.mismatch(
        reason: "the network's output has the shape \(output); a classifier needs 1×classes")
    }
    let isNamed = description.classNames.count == output[1]
    classNames = isNamed ? description.classNames : (0..<output[1]).map { "class \($0)" }
    resize = description.resize ?? .pillow
    givesProbabilities = description.model.layers.last is Softmax
  }

  /// Opens a checkpoint and prepares its network.
  ///
  /// - Parameters:
  ///   - path: The checkpoint, a `.safetensors` file.
  ///   - backend: The backend to run on.
  ///   - options: Precision and algorithms, and the batch sizes that are usual.
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
  /// - Throws: `TrainingError` if an image has another number of channels than the network takes, or the network's output
  ///   is not a number; `DatasetError` if a side is not of 1 to 16,384 pixels.
  public func classify(_ images: [DecodedImage]) throws -> [Classification] {
    for image in images { try requireChannels(image.channels) }
    return try classify(count: images.count) { index, size in
      let image = images[index]
      return try resize.resized(
        image.pixels, from: PixelSize(height: image.height, width: image.width), to: size,
        channels: image.channels)
    }
  }

  /// Classifies the images of a data set, in batches.
  ///
  /// - Parameter images: The images, each of any size.
  /// - Returns: The probability of each class for each image, in order.
  /// - Throws: As for decoded images; `DatasetError` if an image is a file that cannot be read any more.
  public func classify(_ images: LabeledImages) throws -> [Classification] {
    try requireChannels(images.channels)
    return try classify(count: images.count) { index, size in
      try images.image(at: index, resizedTo: size, by: resize)
    }
  }

  private func requireChannels(_ channels: Int) throws {
    guard channels == network.image[0] else {
      throw TrainingError.unsuitableData(
        reason: "the number of channels is \(channels); the network takes images of \(network.image[0])")
    }
  }

  private func classify(
    count: Int, _ resized: (_ index: Int, _ size: PixelSize) throws -> ResizedImage
  ) throws -> [Classification] {
    let size = PixelSize(height: network.image[1], width: network.image[2])
    return try stride(from: 0, to: count, by: Self.batchSize).flatMap { first in
      let batch = ImageBatch(try (first..<min(first + Self.batchSize, count)).map { try resized($0, size) })
      let output = try batch.withPixels { try network.predict($0, count: batch.count) }
      return try (0..<batch.count).map { image in
        try classification(output.elements[image * classNames.count..<(image + 1) * classNames.count])
      }
    }
  }

  private func classification(_ output: ArraySlice<Float>) throws -> Classification {
    guard output.allSatisfy(\.isFinite) else {
      throw TrainingError.notFinite(reason: "the network's output is not a number")
    }
    let numbers = output.map(Double.init)
    return Classification(
      probabilities: givesProbabilities ? numbers : softmax(numbers), classNames: classNames)
  }
}

/// Resized images, one after the other.
private struct ImageBatch {
  let count: Int
  private var pixels: ResizedImage

  init(_ images: [ResizedImage]) {
    count = images.count
    var bytes: [UInt8] = []
    var intensities: [Float] = []
    for image in images {
      switch image {
      case .bytes(let image): bytes += image
      case .intensities(let image): intensities += image
      }
    }
    pixels = intensities.isEmpty ? .bytes(bytes) : .intensities(intensities)
  }

  func withPixels<Result>(_ body: (Pixels) throws -> Result) throws -> Result {
    try pixels.withPixels(body)
  }
}
