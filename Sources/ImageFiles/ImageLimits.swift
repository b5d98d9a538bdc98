/// How large an image file may be, and beyond which size its image is scaled down while it is decoded.
///
/// What is beyond the limits is refused before memory is allocated for it.
public struct ImageLimits: Equatable, Sendable {
  /// Bytes of the file.
  public let byteCount: Int

  /// Pixels of the longer side of an image that is decoded in full.
  public let side: Int

  /// Pixels of an image that is decoded in full.
  public let pixelCount: Int

  /// Pixels of an image that is decoded at all.
  public let scaledPixelCount: Int

  /// Sets the limits.
  ///
  /// - Parameters:
  ///   - byteCount: Bytes of the file; 512 MiB by default.
  ///   - side: Pixels of the longer side of an image that is decoded in full; 16,384 by default.
  ///   - pixelCount: Pixels of an image that is decoded in full; 64 million by default. Decoding takes up to 7 bytes a
  ///     pixel besides the file, of a progressive JPEG up to 12.
  ///   - scaledPixelCount: Pixels of an image that is decoded at all; 256 million by default. Beyond `side` and
  ///     `pixelCount` its sides are divided by 2, 4 or 8, the smallest that suffices. Progressive JPEGs and interlaced
  ///     PNGs, whose decoders hold all of the image, are refused there.
  public init(
    byteCount: Int = 1 << 29, side: Int = 16384, pixelCount: Int = 64_000_000,
    scaledPixelCount: Int = 256_000_000
  ) {
    self.byteCount = byteCount
    self.side = side
    self.pixelCount = pixelCount
    self.scaledPixelCount = scaledPixelCount
  }

  /// What the sides of an image have to be divided by: 1 if it is within the limits as it is, otherwise 2, 4 or 8.
  ///
  /// - Throws: ``ImageFileError`` if it is too large all the same, or has no pixels.
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
        reason: "\(path) is too large: \(width)×\(height) pixels; up to \(8 * side) a side and "
          + "\(Self.megapixels(max(pixelCount, scaledPixelCount))) in all are read")
    }
    return fitting
  }

  /// A side divided by a scale, rounded up.
  static func scaled(_ side: Int, by scale: Int) -> Int { (side + scale - 1) / scale }

  /// The refusal of a file whose decoder would hold all of an image that is beyond the limits of full decoding.
  ///
  /// - Parameters:
  ///   - path: The file's name.
  ///   - kind: What the file is: "an interlaced PNG".
  ///   - width: Pixels of a row.
  ///   - height: Rows.
  ///   - remedy: How it can be saved instead: "without interlacing".
  /// - Returns: The error.
  func refusal(path: String, kind: String, width: Int, height: Int, remedy: String) -> ImageFileError {
    ImageFileError.tooLarge(
      path: path,
      reason: "\(path) is \(kind) of \(width)×\(height) pixels; such files are read up to \(side) a side and "
        + "\(Self.megapixels(pixelCount)) pixels in all; save it \(remedy), or smaller")
  }

  private static func megapixels(_ count: Int) -> String {
    count < 1_000_000 ? "\(count)" : "\(count / 1_000_000) million"
  }
}
