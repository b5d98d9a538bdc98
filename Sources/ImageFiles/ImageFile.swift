/// Reads image files: PNG and JPEG, told apart by their first bytes and not by their names.
public enum ImageFile {
  /// Reads an image as PyTorch programs usually do, through Pillow: the same bytes come out.
  ///
  /// - Colours become grey by the luma of ITU-R BT.601, as with `convert("L")`; a grey image has three equal
  ///   channels if three are asked for.
  /// - What is transparent is laid over white, as on a photograph's paper.
  /// - 16-bit samples are rounded to 8 bits, v·255/65535.
  /// - JPEG images are turned and mirrored as the orientation tag of cameras says, as with `ImageOps.exif_transpose`.
  /// - Samples are taken as they stand: colour profiles and gamma are not applied.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - channels: 1 for grey or 3 for red, green and blue.
  ///   - limits: How large the image may be.
  /// - Returns: The pixels as planes.
  /// - Throws: ``ImageFileError`` if the file is absent, not an image, truncated, corrupt or too large.
  public static func decode(
    path: String, channels: Int, limits: ImageLimits = ImageLimits()
  ) throws -> DecodedImage {
    let bytes = try FileBytes.read(path: path, name: path, maximumByteCount: limits.byteCount)
    return try decode(bytes, name: path, channels: channels, limits: limits)
  }

  /// Decodes an image file that is in memory, as ``decode(path:channels:limits:)`` does.
  ///
  /// - Parameters:
  ///   - bytes: The file's contents.
  ///   - name: What the file is called in errors.
  ///   - channels: 1 for grey or 3 for red, green and blue.
  ///   - limits: How large the image may be.
  /// - Returns: The pixels as planes.
  /// - Throws: ``ImageFileError`` if it is not an image, truncated, corrupt or too large.
  public static func decode(
    _ bytes: [UInt8], name: String, channels: Int, limits: ImageLimits = ImageLimits()
  ) throws -> DecodedImage {
    guard channels == 1 || channels == 3 else {
      throw ImageFileError("\(name) can be read as 1 channel or 3, not as \(channels)")
    }
    if bytes.starts(with: PNGDecoder.signature) {
      return try PNGDecoder.decode(bytes, path: name, limits: limits).planes(channels: channels)
    }
    if bytes.starts(with: JPEGDecoder.signature) {
      let stored = try JPEGDecoder.decode(bytes, path: name, limits: limits).planes(channels: channels)
      return Orientation(ofJPEG: bytes).upright(stored)
    }
    throw ImageFileError("\(name) is neither PNG nor JPEG")
  }

  /// Whether an image file stores colours, be they all grey, as far as its header tells.
  ///
  /// - Parameter bytes: The file's contents, or its beginning with the header.
  /// - Returns: Whether it does; false as well if the header is that of no image.
  public static func storesColor(_ bytes: [UInt8]) -> Bool {
    if bytes.starts(with: PNGDecoder.signature) { return PNGDecoder.storesColor(bytes) }
    if bytes.starts(with: JPEGDecoder.signature) { return JPEGDecoder.storesColor(bytes) }
    return false
  }
}
