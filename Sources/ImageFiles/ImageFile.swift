/// Reads image files, PNG and JPEG, which are recognized by their first bytes, whatever their names.
public enum ImageFile {
  /// Reads an image as PyTorch programs usually do, through Pillow: the same bytes come out.
  ///
  /// - Colors become gray by the luma of ITU-R BT.601, as with `convert("L")`; a gray image has three equal
  ///   channels if three are requested.
  /// - CMYK and YCCK images, made for printing, become RGB by their inks' products, without a color profile. Samples
  ///   are taken as inverted, as Adobe's programs store them, whether or not the file names Adobe.
  /// - What is transparent is laid over white, as on a photograph's paper.
  /// - 16-bit samples are rounded to 8 bits, v·255/65535.
  /// - Images are turned and mirrored as the orientation tag of cameras says, as with `ImageOps.exif_transpose`; an EXIF
  ///   structure that is damaged is ignored.
  /// - Samples are taken as they stand: color profiles and gamma are not applied.
  ///
  /// Only images beyond ``ImageLimits/pixelCount`` or ``ImageLimits/side`` differ: they are scaled down while they are
  /// decoded, JPEGs by a smaller inverse cosine transform, PNGs by the means of squares of pixels.
  ///
  /// - Parameters:
  ///   - path: The file, or a pipe, which is read to its end.
  ///   - channels: 1 for gray or 3 for red, green and blue.
  ///   - limits: How large the image may be.
  /// - Returns: The pixels as planes.
  /// - Throws: ``ImageFileError`` if the file is absent, not an image, truncated, corrupt or too large.
  public static func decode(
    path: String, channels: Int, limits: ImageLimits = ImageLimits()
  ) throws -> DecodedImage {
    let bytes = try FileBytes.readWaiting(path: path, maximumByteCount: limits.byteCount)
    return try decode(bytes, name: path, channels: channels, limits: limits)
  }

  /// Decodes an image file that is in memory, as ``decode(path:channels:limits:)`` does.
  ///
  /// - Parameters:
  ///   - bytes: The file's contents.
  ///   - name: What the file is called in errors.
  ///   - channels: 1 for gray or 3 for red, green and blue.
  ///   - limits: How large the image may be.
  /// - Returns: The pixels as planes.
  /// - Throws: ``ImageFileError`` if it is not an image, truncated, corrupt or too large.
  public static func decode(
    _ bytes: [UInt8], name: String, channels: Int, limits: ImageLimits = ImageLimits()
  ) throws -> DecodedImage {
    guard channels == 1 || channels == 3 else {
      throw ImageFileError.unsupportedChannels(
        channels, reason: "\(name) can be read as 1 channel or 3, not as \(channels)")
    }
    if bytes.starts(with: PNGDecoder.signature) {
      let stored = try PNGDecoder.decode(bytes, path: name, channels: channels, limits: limits)
      return EXIF.orientation(ofPNG: bytes).upright(stored)
    }
    if bytes.starts(with: JPEGDecoder.signature) {
      let stored = try JPEGDecoder.decode(bytes, path: name, limits: limits).planes(channels: channels)
      return EXIF.orientation(ofJPEG: bytes).upright(stored)
    }
    throw ImageFileError.notAnImage(path: name)
  }

  /// Whether an image file stores colors, even if all of them are gray, as far as its header says.
  ///
  /// - Parameter bytes: The file's contents, or its beginning with the header.
  /// - Returns: Whether it does; false as well if the header is not that of an image.
  public static func storesColor(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: PNGDecoder.signature) { return PNGDecoder.storesColor(bytes) }
    if bytes.starts(with: JPEGDecoder.signature) { return JPEGDecoder.storesColor(bytes) }
    return false
  }
}
