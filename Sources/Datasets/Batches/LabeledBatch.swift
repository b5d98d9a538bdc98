import Tensors

/// A batch of images, resized, with their labels.
///
/// The memory belongs to the ``BatchLoader`` and is reused after the next call of ``BatchLoader/next()``.
public struct LabeledBatch {
  /// The batch's index in the epoch, from 0.
  public let index: Int

  /// N×C×H×W.
  public let shape: Shape

  private let method: ResizeMethod
  private let slot: BatchSlot

  init(index: Int, shape: Shape, method: ResizeMethod, slot: BatchSlot) {
    self.index = index
    self.shape = shape
    self.method = method
    self.slot = slot
  }

  /// N, the number of images; the last batch of an epoch may have fewer than the others.
  public var count: Int { shape[0] }

  /// The pixels as bytes, N×C×H×W; empty if the resizing method gives numbers.
  public var images: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(
      slot.bytes(count: method.givesBytes ? shape.elementCount : 0).bindMemory(to: UInt8.self))
  }

  /// The pixels as numbers from 0 to 1, N×C×H×W; empty if the resizing method gives bytes.
  public var intensities: UnsafeBufferPointer<Float> {
    let byteCount = method.givesBytes ? 0 : shape.elementCount * method.elementByteCount
    return UnsafeBufferPointer(slot.bytes(count: byteCount).bindMemory(to: Float.self))
  }

  /// The class of each image.
  public var labels: UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(slot.labels(count: count))
  }
}

/// The memory of one batch, which is reused.
final class BatchSlot: Sendable {
  private let imageBytes: AlignedBuffer
  private let labelBytes: AlignedBuffer

  /// Allocates the memory.
  ///
  /// - Parameters:
  ///   - batchSize: N.
  ///   - imageByteCount: Bytes of one image, C×H×W.
  /// - Throws: `OutOfMemory`.
  init(batchSize: Int, imageByteCount: Int) throws {
    imageBytes = try AlignedBuffer(byteCount: batchSize * imageByteCount)
    labelBytes = try AlignedBuffer(byteCount: batchSize * MemoryLayout<Int32>.stride)
  }

  /// The first `count` bytes of the images.
  func bytes(count: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: imageBytes.baseAddress, count: count)
  }

  /// The first `count` labels.
  func labels(count: Int) -> UnsafeMutableBufferPointer<Int32> {
    UnsafeMutableBufferPointer(
      start: labelBytes.baseAddress.assumingMemoryBound(to: Int32.self), count: count)
  }
}
