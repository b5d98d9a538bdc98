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
  ///   - limits: The limits on the image's size.
  /// - Returns: The pixels, scaled down according to the limits.
  /// - Throws: ``ImageFileError`` if the file is truncated, corrupt or too large.
  static func decode(_ bytes: [UInt8], path: String, limits: ImageLimits) throws -> InterleavedPixels {
    guard let decoder = tjInitDecompress() else {
      throw ImageFileError.unreadable(path: path, reason: "\(path): TurboJPEG is out of memory")
    }
    defer { tjDestroy(decoder) }
    guard let header = Header(decoder, bytes) else { throw unreadable(decoder, path: path) }
    let (width, height) = (Int(header.width), Int(header.height))
    let scale = try limits.scale(width: width, height: height, path: path)
    guard scale == 1 || !needsWholeImage(bytes) else {
      throw limits.refusal(
        path: path, kind: "a progressive or multi-scan JPEG", width: width, height: height,
        remedy: "as a baseline JPEG")
    }
    let columns = ImageLimits.scaled(width, by: scale)
    let rows = ImageLimits.scaled(height, by: scale)
    let format = header.format
    let byteCount = columns * rows * format.samplesPerPixel
    let samples = try [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      // The decoder scales to the requested size.
      let code = tjDecompress2(
        decoder, bytes, UInt(bytes.count), buffer.baseAddress, Int32(columns), 0, Int32(rows),
        format.turboJPEG.rawValue, TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
      guard code == 0 || isHarmless(decoder) else { throw unreadable(decoder, path: path) }
      count = byteCount
    }
    return InterleavedPixels(width: columns, height: rows, format: format, samples: samples)
  }

  /// Whether a file stores colors; false if its header cannot be read.
  static func storesColor(_ bytes: [UInt8]) -> Bool {
    guard let decoder = tjInitDecompress() else { return false }
    defer { tjDestroy(decoder) }
    return Header(decoder, bytes).map { $0.format != .gray } ?? false
  }

  /// Whether the decoder holds the coefficients of the whole image, as for progressive files and those whose components
  /// are in separate scans.
  private static func needsWholeImage(_ file: [UInt8]) -> Bool {
    var componentCount: UInt8 = 0
    for segment in JPEGSegments(file) {
      if segment.marker == JPEGSegments.startOfScan { return segment.data.first != componentCount }
      guard startsOfFrame.contains(segment.marker) else { continue }
      if progressiveStartsOfFrame.contains(segment.marker) { return true }
      componentCount = segment.data.dropFirst(5).first ?? 0
    }
    return true
  }

  /// SOF0 to SOF15, without C4, C8 and CC, which are other segments.
  private static let startsOfFrame = Set<UInt8>(0xC0...0xCF).subtracting([0xC4, 0xC8, 0xCC])
  private static let progressiveStartsOfFrame: Set<UInt8> = [0xC2, 0xC6, 0xCA, 0xCE]

  /// Whether only extra bytes between segments were skipped, which some cameras write.
  private static func isHarmless(_ decoder: tjhandle) -> Bool {
    tjGetErrorCode(decoder) == TJERR_WARNING.rawValue && message(of: decoder).contains("extraneous bytes")
  }

  private static func unreadable(_ decoder: tjhandle, path: String) -> ImageFileError {
    ImageFileError.damaged(
      path: path, reason: "\(path) is a truncated or corrupt JPEG: \(message(of: decoder))")
  }

  private static func message(of decoder: tjhandle) -> String {
    tjGetErrorStr2(decoder).map { String(cString: $0) } ?? "no reason given"
  }
}

/// The header of a JPEG file.
private struct Header {
  let width: Int32
  let height: Int32
  let format: PixelFormat

  /// Reads a header; nil if it cannot be read; the decoder then has the reason.
  init?(_ decoder: tjhandle, _ bytes: [UInt8]) {
    var (width, height, subsampling, colorSpace) = (Int32(0), Int32(0), Int32(0), Int32(-1))
    let code = tjDecompressHeader3(
      decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colorSpace)
    // TurboJPEG reports an error for subsamplings that it has no name for, but decodes them.
    guard code == 0 || subsampling < 0, width > 0, height > 0, colorSpace >= 0 else { return nil }
    self.width = width
    self.height = height
    format =
      switch TJCS(UInt32(bitPattern: colorSpace)) {
      case TJCS_GRAY: .gray
      case TJCS_CMYK, TJCS_YCCK: .invertedCMYK
      default: .color
      }
  }
}

extension PixelFormat {
  /// TurboJPEG's constant for the format.
  fileprivate var turboJPEG: TJPF {
    switch self {
    case .gray, .grayAlpha: TJPF_GRAY
    case .color, .colorAlpha: TJPF_RGB
    case .invertedCMYK: TJPF_CMYK
    }
  }
}
