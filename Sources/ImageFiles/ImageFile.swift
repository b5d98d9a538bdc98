/// Reads image files: PNG and JPEG, told apart by their first bytes and not by their names.
public enum ImageFile {
  /// Reads an image as PyTorch programs usually do, through Pillow: the same bytes come out.
  ///
  /// - Colours become grey by the luma of ITU-R BT.601, as with `convert("L")`; a grey image has three equal
  ///   channels if three are asked for.
  /// - What is transparent is laid over white, as on a photograph's paper.
  /// - 16-bit samples are rounded to 8 bits, v·255/65535.
  /// - Samples are taken as they stand: colour profiles, gamma and the orientation tag of cameras are not applied.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - channels: 1 for grey or 3 for red, green and blue.
  ///   - limits: How large the image may be.
  /// - Returns: The pixels as planes.
  /// - Throws: ``ImageFileError`` if the file is absent, no image, truncated, corrupt or too large.
  public static func decode(
    path: String, channels: Int, limits: ImageLimits = ImageLimits()
  ) throws -> DecodedImage {
    guard channels == 1 || channels == 3 else {
      throw ImageFileError("\(path) can be read as 1 channel or 3, not as \(channels)")
    }
    let bytes = try FileBytes.read(path: path, maximumByteCount: limits.byteCount)
    if bytes.starts(with: PNGDecoder.signature) {
      return try PNGDecoder.decode(bytes, path: path, limits: limits).planes(channels: channels)
    }
    if bytes.starts(with: JPEGDecoder.signature) {
      return try JPEGDecoder.decode(bytes, path: path, limits: limits).planes(channels: channels)
    }
    throw ImageFileError("\(path) is neither PNG nor JPEG")
  }
}
