/// How large an image file may be; what is beyond is refused before memory is taken for it.
public struct ImageLimits: Equatable, Sendable {
  /// Bytes of the file.
  public let byteCount: Int

  /// Pixels of the longer side.
  public let side: Int

  /// Pixels in all.
  public let pixelCount: Int

  /// Sets the limits.
  ///
  /// - Parameters:
  ///   - byteCount: Bytes of the file; 256 MiB by default.
  ///   - side: Pixels of the longer side; 16,384 by default.
  ///   - pixelCount: Pixels in all; 64 million by default, which take up to 450 MB, besides the file, while the image is read.
  public init(byteCount: Int = 1 << 28, side: Int = 16384, pixelCount: Int = 64_000_000) {
    self.byteCount = byteCount
    self.side = side
    self.pixelCount = pixelCount
  }

  /// Requires that an image is within the limits.
  ///
  /// - Throws: ``ImageFileError`` if it is not, or has no pixels.
  func check(width: Int, height: Int, path: String) throws {
    guard width > 0, height > 0 else { throw ImageFileError("\(path) has no pixels: \(width)×\(height)") }
    guard width <= side, height <= side, width * height <= pixelCount else {
      throw ImageFileError(
        "\(path) is too large: \(width)×\(height) pixels; up to \(side) a side "
          + "and \(pixelCount / 1_000_000) million in all are read")
    }
  }
}
