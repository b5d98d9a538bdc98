import CTurboJPEG

/// Decodes JPEG files with TurboJPEG.
enum JPEGDecoder {
  /// The first bytes of every JPEG file.
  static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

  /// Decodes a file.
  ///
  /// - Parameters:
  ///   - bytes: The file's contents.
  ///   - path: The file's name, for errors.
  ///   - limits: How large the image may be.
  /// - Returns: The pixels, grey or red, green and blue.
  /// - Throws: ``ImageFileError`` if the file is truncated, corrupt, too large, or made for printing (CMYK).
  static func decode(_ bytes: [UInt8], path: String, limits: ImageLimits) throws -> InterleavedPixels {
    guard let decoder = tjInitDecompress() else { throw ImageFileError("\(path): TurboJPEG does not start") }
    defer { tjDestroy(decoder) }
    var (width, height, subsampling, colourSpace) = (Int32(0), Int32(0), Int32(0), Int32(0))
    let headerCode = tjDecompressHeader3(
      decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colourSpace)
    guard headerCode == 0 else { throw unreadable(decoder, path: path) }
    try limits.check(width: Int(width), height: Int(height), path: path)
    guard colourSpace != TJCS_CMYK.rawValue, colourSpace != TJCS_YCCK.rawValue else {
      throw ImageFileError("\(path) is a CMYK JPEG; grey and RGB ones can be read")
    }
    let isColor = colourSpace != TJCS_GRAY.rawValue
    let byteCount = Int(width) * Int(height) * (isColor ? 3 : 1)
    let format = isColor ? TJPF_RGB : TJPF_GRAY
    let samples = try [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      let code = tjDecompress2(
        decoder, bytes, UInt(bytes.count), buffer.baseAddress, width, 0, height, format.rawValue,
        TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
      guard code == 0 || isHarmless(decoder) else { throw unreadable(decoder, path: path) }
      count = byteCount
    }
    return InterleavedPixels(
      width: Int(width), height: Int(height), isColor: isColor, hasAlpha: false, samples: samples)
  }

  /// Whether a file stores colours; false if its header cannot be read.
  static func storesColor(_ bytes: [UInt8]) -> Bool {
    guard let decoder = tjInitDecompress() else { return false }
    defer { tjDestroy(decoder) }
    var (width, height, subsampling, colourSpace) = (Int32(0), Int32(0), Int32(0), Int32(0))
    let code = tjDecompressHeader3(
      decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colourSpace)
    return code == 0 && (colourSpace == TJCS_YCbCr.rawValue || colourSpace == TJCS_RGB.rawValue)
  }

  /// Whether only bytes between the segments were skipped, as some cameras leave them there.
  private static func isHarmless(_ decoder: tjhandle) -> Bool {
    tjGetErrorCode(decoder) == TJERR_WARNING.rawValue && message(of: decoder).contains("extraneous bytes")
  }

  private static func unreadable(_ decoder: tjhandle, path: String) -> ImageFileError {
    ImageFileError("\(path) is a truncated or corrupt JPEG: \(message(of: decoder))")
  }

  private static func message(of decoder: tjhandle) -> String {
    tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "no reason given"
  }
}
