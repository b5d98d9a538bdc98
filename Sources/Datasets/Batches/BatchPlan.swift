/// The contents of an epoch's batches, and the division of the work.
///
/// A batch is made in shares of a few images, so that several threads can work on the same one; its bytes do not depend
/// on which thread makes a share.
struct BatchPlan: Sendable {
  let images: LabeledImages
  let target: PixelSize
  let method: ResizeMethod
  let batchSize: Int
  let order: [Int]
  /// The batch with the remaining images, if they are fewer than in the others.
  let shortBatch: Int
  let transforms: ImageTransforms?

  private static let imagesOfShare = 8

  /// Bytes of one image, C×H×W.
  var imageByteCount: Int { images.channels * target.height * target.width * method.elementByteCount }

  /// A resized image in the form that transforms take.
  func planes(_ pixels: UnsafeMutableBufferPointer<UInt8>) -> ImagePlanes {
    ImagePlanes(channels: images.channels, height: target.height, width: target.width, pixels: pixels)
  }

  /// The number of batches in an epoch.
  var batchCount: Int { (order.count + batchSize - 1) / batchSize }

  /// The indices in the order that a batch takes.
  func range(ofBatch index: Int) -> Range<Int> {
    let left = order.count % batchSize
    let missing = left == 0 ? 0 : batchSize - left
    let start = index * batchSize - (index > shortBatch ? missing : 0)
    return start..<start + batchSize - (index == shortBatch ? missing : 0)
  }

  /// The number of shares in a batch; 0 beyond the last batch.
  func shareCount(ofBatch index: Int) -> Int {
    guard index < batchCount else { return 0 }
    return (range(ofBatch: index).count + Self.imagesOfShare - 1) / Self.imagesOfShare
  }

  /// The positions in the batch that a share takes.
  func positions(of share: BatchShare) -> Range<Int> {
    let start = share.index * Self.imagesOfShare
    return start..<min(start + Self.imagesOfShare, range(ofBatch: share.batch).count)
  }
}

/// The part of a batch that one thread makes.
struct BatchShare: Equatable, Sendable {
  var batch: Int
  var index: Int
}
