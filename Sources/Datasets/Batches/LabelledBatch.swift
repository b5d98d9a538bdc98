import Tensors

/// A batch of images as bytes, resized, with their labels.
///
/// The memory belongs to the ``BatchLoader`` and is filled anew after its next call of ``BatchLoader/next()``.
public struct LabelledBatch {
  /// Which batch of the epoch it is, from 0.
  public let index: Int

  /// N×C×H×W.
  public let shape: Shape

  private let slot: BatchSlot

  init(index: Int, shape: Shape, slot: BatchSlot) {
    self.index = index
    self.shape = shape
    self.slot = slot
  }

  /// N: how many images there are; the last batch of an epoch may have fewer than the others.
  public var count: Int { shape[0] }

  /// The pixels, N×C×H×W.
  public var images: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(slot.images(count: shape.elementCount))
  }

  /// The class of each image.
  public var labels: UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(slot.labels(count: count))
  }
}

/// The memory of one batch, used again and again.
final class BatchSlot: Sendable {
  private let imageBytes: AlignedBuffer
  private let labelBytes: AlignedBuffer

  /// Takes the memory.
  ///
  /// - Parameters:
  ///   - batchSize: N.
  ///   - imageByteCount: Bytes of one image, C×H×W.
  /// - Throws: `OutOfMemory`.
  init(batchSize: Int, imageByteCount: Int) throws {
    imageBytes = try AlignedBuffer(byteCount: batchSize * imageByteCount)
    labelBytes = try AlignedBuffer(byteCount: batchSize * MemoryLayout<Int32>.stride)
  }

  /// The first bytes of the images.
  func images(count: Int) -> UnsafeMutableBufferPointer<UInt8> {
    UnsafeMutableBufferPointer(
      start: imageBytes.baseAddress.assumingMemoryBound(to: UInt8.self), count: count)
  }

  /// The first labels.
  func labels(count: Int) -> UnsafeMutableBufferPointer<Int32> {
    UnsafeMutableBufferPointer(
      start: labelBytes.baseAddress.assumingMemoryBound(to: Int32.self), count: count)
  }
}
