import Backends

/// How a batch is cut into parts, each computed by one lane.
///
/// It depends on the model and the batch alone, never on the number of threads, and so do the bits of what is computed.
struct BatchDivision {
  /// How many images the batch has.
  let images: Int
  /// How many images a part has; the last may have fewer.
  let partSize: Int
  /// Whether parts are computed one after the other, each by all threads.
  let isWide: Bool

  /// How many parts there are.
  var parts: Int { (images + partSize - 1) / partSize }

  /// The first image of a part.
  func firstImage(ofPart part: Int) -> Int { part * partSize }

  /// How many images a part has.
  func count(ofPart part: Int) -> Int { min(partSize, images - part * partSize) }

  /// The parts that a batch is cut into at least, if it has as many images.
  private static let fewestParts = 32

  /// The elements of activations that a part has at most, if it has more than one image: a few megabytes, so that those of
  /// all lanes stay near the size of a large cache.
  private static let mostElements = 6 << 20

  /// As many images as make 32 parts, but no more than keep the activations of a part small.
  ///
  /// - Parameters:
  ///   - images: How many images the batch has.
  ///   - elements: The elements of all convolutions' outputs for one image.
  /// - Returns: The number of images.
  static func automaticPartSize(images: Int, elementsPerImage elements: Int) -> Int {
    var size = (images + fewestParts - 1) / fewestParts
    while size > 1 && size * elements > mostElements { size = (size + 1) / 2 }
    return size
  }
}

/// How a network cuts its batches.
struct BatchCutting {
  /// How many images a part has in training, and at most in prediction.
  let microBatch: Int
  /// The elements of all convolutions' outputs for one image.
  let elementsPerImage: Int
  /// Whether a layer's kernel needs whole batches in training.
  let needsWholeBatches: Bool
  /// How the network is prepared.
  let options: NetworkOptions

  /// The images of a batch that is too small for lanes in prediction: each is computed by all threads.
  private static let mostWideImages = 3

  /// How a batch is cut.
  ///
  /// In prediction a small batch is cut into more parts, down to single images.
  ///
  /// - Parameters:
  ///   - images: How many images the batch has.
  ///   - isTraining: Whether the pass is one of training.
  /// - Returns: The division.
  func division(of images: Int, isTraining: Bool) -> BatchDivision {
    if needsWholeBatches, isTraining {
      return BatchDivision(images: images, partSize: images, isWide: true)
    }
    if options.isTraining || options.keepsActivations {
      return BatchDivision(images: images, partSize: microBatch, isWide: needsWholeBatches)
    }
    let automatic = BatchDivision.automaticPartSize(images: images, elementsPerImage: elementsPerImage)
    let size = min(microBatch, automatic)
    return BatchDivision(images: images, partSize: size, isWide: size == 1 && images <= Self.mostWideImages)
  }
}
