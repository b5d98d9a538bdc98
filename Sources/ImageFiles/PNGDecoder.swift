import CPNGRows

/// Decodes PNG files with libpng, row by row.
enum PNGDecoder {
  /// The first bytes of every PNG file.
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Decodes a file.
  ///
  /// - Parameters:
  ///   - bytes: The file's contents.
  ///   - path: The file's name, for errors.
  ///   - channels: 1 or 3.
  ///   - limits: The limits on the image's size.
  /// - Returns: The pixels as planes, scaled down according to the limits.
  /// - Throws: ``ImageFileError`` if the file is truncated, corrupt or too large.
  static func decode(
    _ bytes: [UInt8], path: String, channels: Int, limits: ImageLimits
  ) throws -> DecodedImage {
    // libpng reads the bytes until the file is closed.
    try bytes.withUnsafeBufferPointer { bytes in
      guard let file = pngrows_open(bytes.baseAddress, bytes.count) else {
        throw ImageFileError.unreadable(
          path: path, reason: "\(path) cannot be decoded: libpng is out of memory")
      }
      defer { pngrows_close(file) }
      guard let format = PixelFormat(file.pointee), file.pointee.failure.0 == 0 else {
        throw unreadable(file, path: path)
      }
      let (width, height) = (Int(file.pointee.width), Int(file.pointee.height))
      let scale = try limits.scale(width: width, height: height, path: path)
      guard scale > 1 else { return try whole(file, format, path: path).planes(channels: channels) }
      guard file.pointee.passes == 1 else {
        throw limits.refusal(
          path: path, kind: "an interlaced PNG", width: width, height: height, remedy: "without interlacing")
      }
      var average = BoxAverage(sourceWidth: width, sourceHeight: height, channels: channels, scale: scale)
      try forEachRow(file, format, path: path) { average.add($0.planes(channels: channels)) }
      return average.finish()
    }
  }

  /// Whether a file stores colors or a palette: the second bit of its color type.
  static func storesColor(_ bytes: [UInt8]) -> Bool {
    bytes.count > 25 && bytes[25] & 2 != 0
  }

  private static func whole(
    _ file: UnsafeMutablePointer<pngrows_file>, _ format: PixelFormat, path: String
  ) throws -> InterleavedPixels {
    let (width, height) = (Int(file.pointee.width), Int(file.pointee.height))
    let rowByteCount = width * format.samplesPerPixel
    let samples = try [UInt8](unsafeUninitializedCapacity: rowByteCount * height) { buffer, count in
      // Each pass of an interlaced file sets only some of the pixels.
      buffer.initialize(repeating: 0)
      for _ in 0..<file.pointee.passes {
        for row in 0..<height {
          guard pngrows_next(file, buffer.baseAddress?.advanced(by: row * rowByteCount)) else {
            throw unreadable(file, path: path)
          }
        }
      }
      count = rowByteCount * height
    }
    return InterleavedPixels(width: width, height: height, format: format, samples: samples)
  }

  private static func forEachRow(
    _ file: UnsafeMutablePointer<pngrows_file>, _ format: PixelFormat, path: String,
    _ body: (InterleavedPixels) -> Void
  ) throws {
    let width = Int(file.pointee.width)
    var samples = [UInt8](repeating: 0, count: width * format.samplesPerPixel)
    for _ in 0..<file.pointee.height {
      guard pngrows_next(file, &samples) else { throw unreadable(file, path: path) }
      body(InterleavedPixels(width: width, height: 1, format: format, samples: samples))
    }
  }

  private static func unreadable(
    _ file: UnsafeMutablePointer<pngrows_file>, path: String
  ) -> ImageFileError {
    let message = withUnsafeBytes(of: file.pointee.failure) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return ImageFileError.damaged(path: path, reason: "\(path) is a truncated or corrupt PNG: \(message)")
  }
}

extension PixelFormat {
  /// The kind of libpng's samples; nil if the header could not be read.
  fileprivate init?(_ file: pngrows_file) {
    switch file.samples {
    case 1: self = .gray
    case 2: self = .grayAlpha
    case 3: self = .color
    case 4: self = .colorAlpha
    default: return nil
    }
  }
}
