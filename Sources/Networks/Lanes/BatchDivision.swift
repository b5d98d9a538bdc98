import Layers
import Operations

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The division of a batch into parts, each computed by one lane.
///
/// It depends only on the model and the batch, never on the number of threads, and so do the bits of the results.
struct BatchDivision {
  /// The number of images of the batch.
  let images: Int
  /// The number of images of a part; the last may have fewer.
  let partSize: Int
  /// Whether parts are computed one after the other, each by all threads.
  let isWide: Bool

  /// The number of parts.
  var parts: Int { (images + partSize - 1) / partSize }

  /// The first image of a part.
  func firstImage(ofPart part: Int) -> Int { part * partSize }

  /// The number of images of a part.
  func count(ofPart part: Int) -> Int { min(partSize, images - part * partSize) }
}

/// The properties of a model that determine how large the parts of a batch are.
struct PartSize {
  /// The elements of all convolutions' outputs for one image.
  let elementsPerImage: Int
  /// The images per part required by the weights: the work per part for each weight should be small compared with the
  /// work per image.
  let worthReadingWeights: Int

  /// The number of parts of a batch, if it has enough images.
  private static let parts = 32

  /// The smallest number of parts of a batch, whatever the weights: up to this many threads, none is idle.
  private static let minimumParts = 8

  /// The maximum number of activation elements of a part with more than one image: a few megabytes, so that those of
  /// all lanes stay near the size of a large cache.
  private static let maximumElements = 6 << 20

  /// Weights of more than a few megabytes come from memory each time.
  private static let cachedWeights = 1 << 20

  /// Multiply-accumulates that take 32 times as long as reading a weight of a dense layer twice, forward and backward.
  ///
  /// Its gradient is computed once per batch.
  private static let multiplyAccumulatesPerDenseWeight = 256.0

  /// Multiply-accumulates that take 5 times as long as the work of a part for one weight of a convolution.
  ///
  /// Its gradient is transformed back and added to that of other parts. Measured with NiN on images of 80×80.
  private static let multiplyAccumulatesPerWeight = 512.0

  init(of layers: [ResolvedLayer]) {
    var (elements, multiplyAccumulates, needed) = (0, 0, 0.0)
    for layer in layers {
      multiplyAccumulates += layer.operation.multiplyAccumulates
      switch layer.operation {
      case .convolution(let geometry, _):
        elements += layer.operation.outputShape.elementCount
        needed += Self.multiplyAccumulatesPerWeight * Double(geometry.weightShape.elementCount)
      case .dense(let geometry):
        let count = geometry.weightShape.elementCount
        if count > Self.cachedWeights { needed += Self.multiplyAccumulatesPerDenseWeight * Double(count) }
      default: break
      }
    }
    elementsPerImage = elements
    // A power of two divides the usual batches into equal parts, and the parts evenly among the usual numbers of
    // threads.
    let exponent = log2(max(needed / Double(max(multiplyAccumulates, 1)), 1)).rounded()
    worthReadingWeights = 1 << Int(min(exponent, 20))
  }

  /// The number of images of a part.
  ///
  /// - Parameter images: The number of images of the batch.
  /// - Returns: At least 1.
  func images(ofBatch images: Int) -> Int {
    var size = (images + Self.parts - 1) / Self.parts
    while size > 1 && size * elementsPerImage > Self.maximumElements { size = (size + 1) / 2 }
    return max(size, min(worthReadingWeights, images / Self.minimumParts))
  }
}

/// The rules by which a network divides its batches.
struct BatchCutting {
  /// The number of images of a part in training, and at most in prediction.
  let microBatch: Int
  /// The number of images of a part by default.
  let automatic: PartSize
  /// Whether a layer's kernel needs whole batches in training.
  let needsWholeBatches: Bool
  /// The options of the network.
  let options: NetworkOptions

  /// The largest batch that is too small for lanes in prediction: each image is computed by all threads.
  private static let maximumWideImages = 3

  /// Whether the usual batch is computed image by image, each by all threads.
  static func isWide(_ options: NetworkOptions) -> Bool {
    !options.isTraining && options.batchSizes.first ?? 1 <= maximumWideImages
  }

  /// The division of a batch.
  ///
  /// In prediction a small batch is cut into more parts, down to single images.
  ///
  /// - Parameters:
  ///   - images: The number of images of the batch.
  ///   - isTraining: Whether it is a training pass.
  /// - Returns: The division.
  func division(of images: Int, isTraining: Bool) -> BatchDivision {
    if needsWholeBatches, isTraining {
      return BatchDivision(images: images, partSize: images, isWide: true)
    }
    if options.isTraining || options.keepsActivations {
      return BatchDivision(images: images, partSize: microBatch, isWide: needsWholeBatches)
    }
    let size = min(microBatch, automatic.images(ofBatch: images))
    return BatchDivision(
      images: images, partSize: size, isWide: size == 1 && images <= Self.maximumWideImages)
  }
}

extension BatchCutting {
  init(of layers: [ResolvedLayer], _ options: NetworkOptions, needsWholeBatches: Bool = false) {
    let partSize = PartSize(of: layers)
    let usual = options.batchSizes[0]
    // Activations can be read for one part only, so the part has to be the whole batch.
    let size = needsWholeBatches || options.keepsActivations ? usual : partSize.images(ofBatch: usual)
    self.init(
      microBatch: min(options.microBatch ?? size, usual), automatic: partSize,
      needsWholeBatches: needsWholeBatches, options: options)
  }
}
