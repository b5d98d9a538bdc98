/// Numbers in a TIFF structure, in its byte order; nil beyond its end.
///
/// Source: *TIFF*, revision 6.0, section 2.
struct TIFFBytes {
  private let bytes: ArraySlice<UInt8>
  private let isLittleEndian: Bool

  /// Reads the header of a structure; nil if it does not begin with a TIFF header.
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
    return (0..<byteCount).reduce(0) { number, index in
      let digit = Int(bytes[start + index])
      return isLittleEndian ? number | digit << (8 * index) : number << 8 | digit
    }
  }
}
