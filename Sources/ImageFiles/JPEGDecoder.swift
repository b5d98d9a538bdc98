import CTurboJPEG

/// Decodes JPEG files with TurboJPEG.
enum JPEGDecoder {
  /// The first bytes of every JPEG file.
  static let signature: [UInt8] = [0xFF, 0xD8, 0xFF]

  /// Decodes a file.
  ///
  /// - Parameters:
  ///   - file: The file's contents.
  ///   - path: The file's name, for errors.
  ///   - limits: The limits on the image's size.
  /// - Returns: The pixels, scaled down according to the limits.
  /// - Throws: ``ImageFileError`` if the file is truncated, corrupt, of an unsupported kind or too large.
  static func decode(_ file: [UInt8], path: String, limits: ImageLimits) throws -> InterleavedPixels {
    guard let decoder = tjInitDecompress() else {
      throw ImageFileError.unreadable(
        path: path, reason: "\(path) cannot be decoded: TurboJPEG is out of memory")
    }
    defer { tjDestroy(decoder) }
    let bytes = JPEGRepair.repaired(file)
    let header = try Header(decoder, bytes, path: path)
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
      let pixels = buffer.baseAddress
      let decompress = { (bytes: [UInt8]) in
        // The decoder scales to the requested size.
        let code = tjDecompress2(
          decoder, bytes, UInt(bytes.count), pixels, Int32(columns), 0, Int32(rows),
          format.turboJPEG.rawValue, TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
        return code == 0
      }
      guard decompress(bytes) || isComplete(bytes, decoder, decompress) else {
        throw unreadable(decoder, path: path)
      }
      count = byteCount
    }
    return InterleavedPixels(width: columns, height: rows, format: format, samples: samples)
  }

  /// Whether a file stores colors; false if its header cannot be read.
  static func storesColor(_ bytes: [UInt8]) -> Bool {
    guard let decoder = tjInitDecompress() else { return false }
    defer { tjDestroy(decoder) }
    let header = try? Header(decoder, bytes, path: "")
    return header.map { $0.format != .gray } ?? false
  }

  /// Whether the decoder holds the coefficients of the whole image, as for progressive files and those whose components
  /// are in separate scans.
  private static func needsWholeImage(_ file: [UInt8]) -> Bool {
    var componentCount: UInt8?
    for segment in JPEGSegments(file) {
      if segment.marker == JPEGSegments.startOfScan { return segment.data.first != componentCount }
      guard segment.isStartOfFrame else { continue }
      if segment.isProgressive { return true }
      componentCount = segment.componentCount
    }
    return true
  }

  /// Whether the image is complete although the decoder reported a warning.
  ///
  /// Only one warning can be harmless: of extra bytes before a marker (libjpeg's `JWRN_EXTRANEOUS_DATA`), which some
  /// cameras write. All others are of data that is missing or damaged: a code that is not valid (`JWRN_HUFF_BAD_CODE`), a
  /// marker or the end of the file before the data is complete (`JWRN_HIT_MARKER`, `JWRN_JPEG_EOF`), or a missing restart
  /// marker (`JWRN_MUST_RESYNC`). TurboJPEG has only the first warning's text, so those after it must not matter: after
  /// the end of the image there are none, unless a restart marker was expected; otherwise the file must be decoded without
  /// any warning once the extra bytes are removed.
  private static func isComplete(
    _ file: [UInt8], _ decoder: tjhandle, _ decompress: ([UInt8]) -> Bool
  ) -> Bool {
    guard tjGetErrorCode(decoder) == TJERR_WARNING.rawValue else { return false }
    let message = message(of: decoder)
    guard message.contains("extraneous bytes before marker") else { return false }
    if message.hasSuffix("0xd9"), !JPEGSegments.haveRestarts(file) { return true }
    return JPEGSurplus.removed(from: file).map(decompress) ?? false
  }

  fileprivate static func unreadable(_ decoder: tjhandle, path: String) -> ImageFileError {
    let message = message(of: decoder)
    guard !["Unsupported", "not supported", "Maximum supported"].contains(where: message.contains) else {
      return ImageFileError.unsupported(
        path: path,
        reason:
          "\(path) is an unsupported kind of JPEG: \(message); save it as a baseline or progressive JPEG with 8 bits per "
          + "sample, or as PNG")
    }
    return ImageFileError.damaged(
      path: path, reason: "\(path) is a truncated or corrupt JPEG: \(message)")
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

  /// Reads a header.
  ///
  /// - Throws: ``ImageFileError`` if it cannot be read.
  init(_ decoder: tjhandle, _ bytes: [UInt8], path: String) throws {
    var (width, height, subsampling, colorSpace) = (Int32(0), Int32(0), Int32(0), Int32(-1))
    let code = tjDecompressHeader3(
      decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colorSpace)
    // TurboJPEG also reports an error for warnings, and for subsamplings that it has no name for, but decodes such files.
    guard width > 0, height > 0, colorSpace >= 0 else {
      // Without an error the message is that of an earlier file.
      guard code != 0 else {
        throw ImageFileError.damaged(
          path: path, reason: "\(path) is a truncated or corrupt JPEG: it ends before its image")
      }
      throw JPEGDecoder.unreadable(decoder, path: path)
    }
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
