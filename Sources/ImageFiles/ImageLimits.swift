/// The largest accepted image file, and the size beyond which its image is scaled down during decoding.
///
/// Larger images are rejected before memory is allocated for them.
public struct ImageLimits: Equatable, Sendable {
  /// The size of the file in bytes.
  public let byteCount: Int

  /// The longer side in pixels of an image that is decoded at full size.
  public let side: Int

  /// The pixels of an image that is decoded at full size.
  public let pixelCount: Int

  /// The pixels of an image that is decoded at all.
  public let scaledPixelCount: Int

  /// Sets the limits.
  ///
  /// - Parameters:
  ///   - byteCount: The size of the file in bytes; 512 MiB by default.
  ///   - side: The longer side in pixels of an image that is decoded at full size; 16,384 by default.
  ///   - pixelCount: The pixels of an image that is decoded at full size; 64 million by default. Decoding takes up to 7
  ///     bytes per pixel besides the file, for a progressive JPEG up to 12.
  ///   - scaledPixelCount: The pixels of an image that is decoded at all; 256 million by default. Beyond `side` and
  ///     `pixelCount` its sides are divided by 2, 4 or 8, the smallest that suffices. Progressive JPEGs and interlaced
  ///     PNGs, whose decoders hold the whole image, are then rejected.
  public init(
    byteCount: Int = 1 << 29, side: Int = 16384, pixelCount: Int = 64_000_000,
    scaledPixelCount: Int = 256_000_000
  ) {
    self.byteCount = byteCount
    self.side = side
    self.pixelCount = pixelCount
    self.scaledPixelCount = scaledPixelCount
  }

  /// The factor to scale an image down by: 1 if it is within the limits, otherwise 2, 4 or 8.
  ///
  /// - Throws: ``ImageFileError`` if it is still too large, or has no pixels.
  func scale(width: Int, height: Int, path: String) throws -> Int {
    guard width > 0, height > 0 else {
      throw ImageFileError.damaged(path: path, reason: "\(path) has no pixels: \(width)×\(height)")
    }
    let fitting = [1, 2, 4, 8].first { scale in
      let (columns, rows) = (Self.scaled(width, by: scale), Self.scaled(height, by: scale))
      return max(columns, rows) <= side && columns * rows <= pixelCount
    }
    guard let fitting, fitting == 1 || width * height <= scaledPixelCount else {
      throw ImageFileError.tooLarge(
        path: path,
        reason: "\(path) is too large: \(width)×\(height) pixels; the limit is \(8 * side) per side and "
          + "\(Self.megapixels(max(pixelCount, scaledPixelCount))) in total")
    }
    return fitting
  }

  /// A side divided by a scale, rounded up.
  static func scaled(_ side: Int, by scale: Int) -> Int { (side + scale - 1) / scale }

  /// The error for a file whose decoder would hold an image beyond the limits of full-size decoding in memory.
  ///
  /// - Parameters:
  ///   - path: The file's name.
  ///   - kind: The kind of file: "an interlaced PNG".
  ///   - width: Width in pixels.
  ///   - height: Height in pixels.
  ///   - remedy: A way to save the image so that it can be read: "without interlacing".
  /// - Returns: The error.
  func refusal(path: String, kind: String, width: Int, height: Int, remedy: String) -> ImageFileError {
    ImageFileError.tooLarge(
      path: path,
      reason:
        "\(path) is \(kind) of \(width)×\(height) pixels; for such files the limit is \(side) per side and "
        + "\(Self.megapixels(pixelCount)) pixels in total; save it \(remedy), or smaller")
  }

  private static func megapixels(_ count: Int) -> String {
    count < 1_000_000 ? "\(count)" : "\(count / 1_000_000) million"
  }
}
