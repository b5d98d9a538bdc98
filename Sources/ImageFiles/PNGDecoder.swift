import CPNG

/// Decodes PNG files with libpng's simplified interface.
enum PNGDecoder {
  /// The first bytes of every PNG file.
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Decodes a file.
  ///
  /// - Parameters:
  ///   - bytes: The file's contents.
  ///   - path: The file's name, for errors.
  ///   - limits: How large the image may be.
  /// - Returns: The pixels, of 8 bits.
  /// - Throws: ``ImageFileError`` if the file is truncated, corrupt or too large.
  static func decode(_ bytes: [UInt8], path: String, limits: ImageLimits) throws -> InterleavedPixels {
    let plain = PNGChunks.withoutColourSpace(bytes)
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    // The bytes have to stay where they are until the image is finished.
    return try plain.withUnsafeBytes { plain in
      guard png_image_begin_read_from_memory(&image, plain.baseAddress, plain.count) != 0 else {
        throw unreadable(image, path: path)
      }
      try limits.check(width: Int(image.width), height: Int(image.height), path: path)
      return try finish(&image, path: path)
    }
  }

  /// Whether a file stores colours or a palette, which is the second bit of its colour type.
  static func storesColor(_ bytes: [UInt8]) -> Bool {
    bytes.count > 25 && bytes[25] & 2 != 0
  }

  private static func finish(_ image: inout png_image, path: String) throws -> InterleavedPixels {
    // 16-bit samples without a colour space would be taken as linear light; other programs do not.
    image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
    image.format &= UInt32(PNG_FORMAT_FLAG_COLOR) | UInt32(PNG_FORMAT_FLAG_ALPHA)
    let isColor = image.format & UInt32(PNG_FORMAT_FLAG_COLOR) != 0
    let hasAlpha = image.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
    let rowStride = Int(image.width) * ((isColor ? 3 : 1) + (hasAlpha ? 1 : 0))
    let byteCount = rowStride * Int(image.height)
    let samples = try [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
      guard png_image_finish_read(&image, nil, buffer.baseAddress, Int32(rowStride), nil) != 0 else {
        throw unreadable(image, path: path)
      }
      count = byteCount
    }
    return InterleavedPixels(
      width: Int(image.width), height: Int(image.height), isColor: isColor, hasAlpha: hasAlpha,
      samples: samples)
  }

  private static func unreadable(_ image: png_image, path: String) -> ImageFileError {
    let message = withUnsafeBytes(of: image.message) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    return ImageFileError("\(path) is a truncated or corrupt PNG: \(message)")
  }
}

/// The chunks that a PNG file is made of: length, type, data, checksum.
enum PNGChunks {
  private static let colourSpaceTypes = ["gAMA", "cHRM", "sRGB", "iCCP", "cICP"].map { Array($0.utf8) }

  /// The file without the chunks that say how its samples are to be seen.
  ///
  /// libpng's simplified interface would convert the samples accordingly; the usual way of loading training
  /// images takes them as they stand.
  ///
  /// - Parameter file: The file's contents, which may be damaged; from the first damage on nothing is left out.
  /// - Returns: The contents of the file to decode.
  static func withoutColourSpace(_ file: [UInt8]) -> [UInt8] {
    var kept = Array(file.prefix(PNGDecoder.signature.count))
    kept.reserveCapacity(file.count)
    var start = kept.count
    while start + 12 <= file.count {
      let length = file[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= file.count - start - 12 else { break }
      let end = start + 12 + length
      if !colourSpaceTypes.contains(Array(file[start + 4..<start + 8])) { kept += file[start..<end] }
      start = end
    }
    return kept + file[start...]
  }
}
