extension Orientation {
  /// Reads the orientation tag of a JPEG file.
  ///
  /// - Parameter file: The file's contents, which may be damaged: without a readable tag the image is upright.
  init(ofJPEG file: [UInt8]) {
    self = Self.exif(in: file).flatMap(Self.tag) ?? .upright
  }

  /// The TIFF structure of the Exif segment, which stands among the segments before the image's data.
  private static func exif(in file: [UInt8]) -> TIFFBytes? {
    var start = 2
    while start + 4 <= file.count, file[start] == 0xFF {
      let marker = file[start + 1]
      // Any number of FF may stand before a marker.
      guard marker != 0xFF else {
        start += 1
        continue
      }
      guard marker != startOfScan else { return nil }
      let end = start + 2 + Int(file[start + 2]) << 8 + Int(file[start + 3])
      guard end >= start + 4, end <= file.count else { return nil }
      let data = file[start + 4..<end]
      if marker == application1, data.starts(with: exifHeader) {
        return TIFFBytes(data.dropFirst(exifHeader.count))
      }
      start = end
    }
    return nil
  }

  /// The tag in the first directory of the structure.
  private static func tag(in tiff: TIFFBytes) -> Orientation? {
    guard let directory = tiff.long(at: 4), let count = tiff.short(at: directory) else { return nil }
    for entry in 0..<count {
      let start = directory + 2 + 12 * entry
      guard let tag = tiff.short(at: start) else { return nil }
      guard tag == 0x0112 else { continue }
      guard tiff.short(at: start + 2) == shortType else { return nil }
      return tiff.short(at: start + 8).flatMap(Orientation.init)
    }
    return nil
  }

  private static let startOfScan: UInt8 = 0xDA
  private static let application1: UInt8 = 0xE1
  private static let exifHeader: [UInt8] = Array("Exif\0\0".utf8)
  private static let shortType = 3
}

/// Numbers in a TIFF structure, in whichever order of bytes it says; nil beyond its end.
private struct TIFFBytes {
  private let bytes: ArraySlice<UInt8>
  private let isLittleEndian: Bool

  init?(_ bytes: ArraySlice<UInt8>) {
    if bytes.starts(with: [0x49, 0x49, 0x2A, 0x00]) {
      isLittleEndian = true
    } else if bytes.starts(with: [0x4D, 0x4D, 0x00, 0x2A]) {
      isLittleEndian = false
    } else {
      return nil
    }
    self.bytes = bytes
  }

  func short(at offset: Int) -> Int? { number(byteCount: 2, at: offset) }

  func long(at offset: Int) -> Int? { number(byteCount: 4, at: offset) }

  private func number(byteCount: Int, at offset: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - byteCount else { return nil }
    let start = bytes.startIndex + offset
    let digits = bytes[start..<start + byteCount]
    return (isLittleEndian ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
  }
}
