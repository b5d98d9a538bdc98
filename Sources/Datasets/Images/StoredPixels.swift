import Tensors

/// Images of one size in memory, one after another, C×H×W each.
struct StoredPixels: Sendable {
  let bytes: AlignedBuffer
  let size: PixelSize
  let channels: Int

  /// Bytes of one image.
  var imageByteCount: Int { channels * size.height * size.width }

  /// Calls a function with the bytes of one image, which are valid during the call.
  func withPixels<Result>(
    at position: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    try withExtendedLifetime(bytes) {
      let first = bytes.baseAddress.assumingMemoryBound(to: UInt8.self) + position * imageByteCount
      return try body(UnsafeBufferPointer(start: first, count: imageByteCount))
    }
  }
}
