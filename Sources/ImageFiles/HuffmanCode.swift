/// A Huffman code of a JPEG file.
///
/// Source: ITU-T T.81, B.2.4.2 for the segment, and F.2.2.3 for decoding.
struct HuffmanCode {
  /// The number of codes of each length, from 1 to 16 bits.
  private let counts: [Int]
  /// The values of the codes, shorter codes first.
  private let values: [UInt8]

  /// Reads the codes in a segment.
  ///
  /// - Parameter segment: The segment's data.
  /// - Returns: The codes by their class, 0 for DC and 1 for AC, in the upper half of a byte, and their number in the
  ///   lower one; nil if the segment is damaged.
  static func codes(in segment: ArraySlice<UInt8>) -> [UInt8: HuffmanCode]? {
    var codes: [UInt8: HuffmanCode] = [:]
    var rest = segment
    while let name = rest.popFirst() {
      let counts = rest.prefix(16).map { Int($0) }
      let values = rest.dropFirst(16).prefix(counts.reduce(0, +))
      guard counts.count == 16, values.count == counts.reduce(0, +) else { return nil }
      rest = rest[values.endIndex...]
      codes[name] = HuffmanCode(counts: counts, values: Array(values))
    }
    return codes
  }

  /// Decodes a value.
  ///
  /// - Throws: ``JPEGBits/Incomplete`` if the bits end before, or are not a code.
  func value(_ bits: inout JPEGBits) throws -> Int {
    // The first code of each length follows the last one of the length before.
    var (code, first, index) = (0, 0, 0)
    for count in counts {
      code = try code << 1 | bits.next()
      if code - first < count { return Int(values[index + code - first]) }
      index += count
      first = (first + count) << 1
    }
    throw JPEGBits.Incomplete()
  }
}
