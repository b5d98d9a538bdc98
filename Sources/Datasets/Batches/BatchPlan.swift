/// What is put into the batches of an epoch, and how the work is divided.
///
/// A batch is made in shares of a few images, so that several threads can work on the same one: which thread makes a
/// share has no influence on its bytes.
struct BatchPlan: Sendable {
  let images: LabeledImages
  let target: PixelSize
  let method: ResizeMethod
  let batchSize: Int
  let order: [Int]
  /// The batch that has what is left over, if that is fewer images than the others have.
  let shortBatch: Int
  let transforms: ImageTransforms?

  private static let imagesOfShare = 8

  /// Bytes of one image, C×H×W.
  var imageByteCount: Int { images.channels * target.height * target.width * method.elementByteCount }

  /// A resized image as transforms see it.
  func planes(_ pixels: UnsafeMutableBufferPointer<UInt8>) -> ImagePlanes {
    ImagePlanes(channels: images.channels, height: target.height, width: target.width, pixels: pixels)
  }

  /// How many batches an epoch has.
  var batchCount: Int { (order.count + batchSize - 1) / batchSize }

  /// Which of the order's places a batch takes.
  func places(ofBatch index: Int) -> Range<Int> {
    let left = order.count % batchSize
    let missing = left == 0 ? 0 : batchSize - left
    let start = index * batchSize - (index > shortBatch ? missing : 0)
    return start..<start + batchSize - (index == shortBatch ? missing : 0)
  }

  /// The number of shares in a batch; 0 beyond the last batch.
  func shareCount(ofBatch index: Int) -> Int {
    guard index < batchCount else { return 0 }
    return (places(ofBatch: index).count + Self.imagesOfShare - 1) / Self.imagesOfShare
  }

  /// Which of a batch's positions a share takes.
  func positions(of share: BatchShare) -> Range<Int> {
    let start = share.index * Self.imagesOfShare
    return start..<min(start + Self.imagesOfShare, places(ofBatch: share.batch).count)
  }
}

/// A part of a batch that one thread makes.
struct BatchShare: Equatable, Sendable {
  var batch: Int
  var index: Int
}
