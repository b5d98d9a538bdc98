import Tensors

/// A method of bilinear resizing, which differs between libraries.
public enum ResizeMethod: String, Sendable, Codable, CaseIterable {
  /// Pillow's and torchvision's method: on bytes, rounded, antialiased when shrinking.
  case pillow
  /// OpenCV's and MXNet's method: on bytes, rounded, not antialiased.
  case openCV = "opencv"
  /// TensorFlow's `tf.image.resize`: on numbers from 0 to 1, not rounded, not antialiased.
  case tensorFlow = "tensorflow"

  /// Whether resized images are bytes; otherwise they are `Float` numbers from 0 to 1.
  public var givesBytes: Bool { self != .tensorFlow }

  /// Bytes of one element of a resized image.
  package var elementByteCount: Int { givesBytes ? 1 : MemoryLayout<Float>.stride }

  /// Resizes one image into new memory.
  ///
  /// - Parameters:
  ///   - image: Its bytes, C×H×W.
  ///   - source: Its size.
  ///   - target: The size to resize it to.
  ///   - channels: C.
  /// - Returns: The pixels, C×H×W.
  /// - Throws: ``DatasetError`` if a side is not from 1 to 16,384 pixels, there are no channels, or the number of bytes
  ///   does not match.
  package func resized(
    _ image: [UInt8], from source: PixelSize, to target: PixelSize, channels: Int
  ) throws -> ResizedImage {
    let resize = try PreparedResize(self, from: source, to: target, channels: channels)
    guard image.count == channels * source.height * source.width else {
      throw DatasetError.invalidArgument(
        name: "image", reason: "\(counted(image.count, "byte")) are not an image of \(channels)×\(source)")
    }
    let count = channels * target.height * target.width
    func run(into result: UnsafeMutableRawBufferPointer) {
      withUnsafeTemporaryAllocation(byteCount: resize.scratchByteCount, alignment: 64) { scratch in
        image.withUnsafeBufferPointer { resize.run($0, into: result, scratch: scratch) }
      }
    }
    guard givesBytes else {
      var intensities = [Float](repeating: 0, count: count)
      intensities.withUnsafeMutableBytes(run)
      return .intensities(intensities)
    }
    var bytes = [UInt8](repeating: 0, count: count)
    bytes.withUnsafeMutableBytes(run)
    return .bytes(bytes)
  }
}

/// The pixels of a resized image, C×H×W.
public enum ResizedImage: Sendable, Equatable {
  /// Bytes.
  case bytes([UInt8])
  /// Numbers from 0 to 1.
  case intensities([Float])
}
