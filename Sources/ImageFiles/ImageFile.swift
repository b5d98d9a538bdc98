/// Reads image files, PNG and JPEG, which are recognized by their first bytes, not by their names.
public enum ImageFile {
  /// Reads an image with the same result, byte for byte, as Pillow, which PyTorch programs use.
  ///
  /// - Colors become gray by the luma of ITU-R BT.601, as with `convert("L")`; a gray image has three equal
  ///   channels if three are requested.
  /// - CMYK and YCCK images become RGB by multiplying the inks, without a color profile. Samples
  ///   are taken as inverted, as Adobe's programs store them, whether or not the file names Adobe.
  /// - Transparent pixels are blended with white.
  /// - 16-bit samples are rounded to 8 bits, v·255/65535.
  /// - Images are rotated and mirrored according to the EXIF orientation tag, as with `ImageOps.exif_transpose`;
  ///   damaged EXIF is ignored.
  /// - Color profiles and gamma are not applied.
  ///
  /// Only images beyond ``ImageLimits/pixelCount`` or ``ImageLimits/side`` differ: they are scaled down during
  /// decoding, JPEGs by a smaller inverse cosine transform, PNGs by averaging squares of pixels.
  ///
  /// - Parameters:
  ///   - path: The file, or a pipe, which is read to its end.
  ///   - channels: 1 for gray or 3 for red, green and blue.
  ///   - limits: The limits on the image's size.
  /// - Returns: The pixels as planes.
  /// - Throws: ``ImageFileError`` if the file is absent, not an image, truncated, corrupt or too large.
  public static func decode(
    path: String, channels: Int, limits: ImageLimits = ImageLimits()
  ) throws -> DecodedImage {
    let bytes = try FileBytes.readWaiting(path: path, maximumByteCount: limits.byteCount)
    return try decode(bytes, name: path, channels: channels, limits: limits)
  }

  /// Decodes an image file in memory, as ``decode(path:channels:limits:)`` does.
  ///
  /// - Parameters:
  ///   - bytes: The file's contents.
  ///   - name: The file's name in errors.
  ///   - channels: 1 for gray or 3 for red, green and blue.
  ///   - limits: The limits on the image's size.
  /// - Returns: The pixels as planes.
  /// - Throws: ``ImageFileError`` if it is not an image, truncated, corrupt or too large.
  public static func decode(
    _ bytes: [UInt8], name: String, channels: Int, limits: ImageLimits = ImageLimits()
  ) throws -> DecodedImage {
    guard channels == 1 || channels == 3 else {
      throw ImageFileError.invalidArgument(
        name: "channels", reason: "\(name) can be read as 1 or 3 channels, not \(channels)")
    }
    if bytes.starts(with: PNGDecoder.signature) {
      let stored = try PNGDecoder.decode(bytes, path: name, channels: channels, limits: limits)
      return EXIF.orientation(ofPNG: bytes).upright(stored)
    }
    if bytes.starts(with: JPEGDecoder.signature) {
      let stored = try JPEGDecoder.decode(bytes, path: name, limits: limits).planes(channels: channels)
      return EXIF.orientation(ofJPEG: bytes).upright(stored)
    }
    throw ImageFileError.otherFormat(path: name, reason: "\(name) \(OtherFormat.explanation(of: bytes))")
  }

  /// Whether an image file stores colors, even if all of them are gray, according to its header.
  ///
  /// - Parameter bytes: The file's contents, or its beginning with the header.
  /// - Returns: Whether it does; false if the header is not that of an image.
  public static func storesColor(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: PNGDecoder.signature) { return PNGDecoder.storesColor(bytes) }
    if bytes.starts(with: JPEGDecoder.signature) { return JPEGDecoder.storesColor(bytes) }
    return false
  }
}
