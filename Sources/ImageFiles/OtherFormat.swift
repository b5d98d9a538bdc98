/// Names formats that are not read, by a file's first bytes.
///
/// Sources: RFC 9649 (WebP), *GIF89a*, *TIFF* 6.0, ISO/IEC 14496-12 (brands of HEIC and AVIF), ISO/IEC 18181-2 (JPEG XL),
/// ISO/IEC 15444-1 (JPEG 2000).
enum OtherFormat {
  /// The format of a file that is neither PNG nor JPEG, and a remedy, as the rest of a line that begins with its name.
  ///
  /// - Parameter file: The file's contents.
  /// - Returns: The rest of the line.
  static func explanation(of file: [UInt8]) -> String {
    let start = Array(file.prefix(headerByteCount))
    guard !start.isEmpty else { return "is empty, neither PNG nor JPEG" }
    if let format = image(start) { return "is \(format), neither PNG nor JPEG; convert it" }
    if let format = archive(start) { return "is \(format), neither PNG nor JPEG; unpack it" }
    let text = String(decoding: start, as: UTF8.self).lowercased()
    if text.hasPrefix("version https://git-lfs") {
      return "is a Git LFS pointer, neither PNG nor JPEG; 'git lfs pull' downloads the image"
    }
    if ["<!doctype html", "<html"].contains(where: text.hasPrefix) {
      return "is a web page, neither PNG nor JPEG; the download failed or needs a login"
    }
    return "is neither PNG nor JPEG"
  }

  private static let headerByteCount = 64

  private static func image(_ start: [UInt8]) -> String? {
    let signatures: [(bytes: [UInt8], name: String)] = [
      (Array("GIF8".utf8), "a GIF image"), (Array("BM".utf8), "a BMP image"), ([0, 0, 1, 0], "an icon"),
      ([0x49, 0x49, 0x2A, 0], "a TIFF image or a camera's raw file"),
      ([0x4D, 0x4D, 0, 0x2A], "a TIFF image or a camera's raw file"),
      (Array("8BPS".utf8), "a Photoshop file"), (Array("%PDF".utf8), "a PDF file"),
      (Array("<svg".utf8), "an SVG image"),
      ([0xFF, 0x0A], "a JPEG XL image"), ([0, 0, 0, 12] + Array("JXL ".utf8), "a JPEG XL image"),
      ([0xFF, 0x4F, 0xFF, 0x51], "a JPEG 2000 image"),
      ([0, 0, 0, 12] + Array("jP  ".utf8), "a JPEG 2000 image"),
      (Array("P5\n".utf8), "a PGM image"), (Array("P6\n".utf8), "a PPM image"),
    ]
    if let known = signatures.first(where: { start.starts(with: $0.bytes) }) { return known.name }
    if start.starts(with: Array("RIFF".utf8)), start.dropFirst(8).starts(with: Array("WEBP".utf8)) {
      return "a WebP image"
    }
    return start.dropFirst(4).starts(with: Array("ftyp".utf8)) ? media(start) : nil
  }

  private static func archive(_ start: [UInt8]) -> String? {
    if start.starts(with: Array("PK\u{3}\u{4}".utf8)) { return "a Zip archive" }
    return start.starts(with: [0x1F, 0x8B]) ? "a gzip file" : nil
  }

  /// The format of a file in ISO's base media format, by its brand.
  private static func media(_ start: [UInt8]) -> String {
    switch String(decoding: start.dropFirst(8).prefix(4), as: UTF8.self) {
    case "avif", "avis": "an AVIF image"
    case "heic", "heix", "hevc", "heim", "heis", "mif1", "msf1": "a HEIC image"
    default: "a video"
    }
  }
}
