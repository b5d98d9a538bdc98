/// The checksums of a PNG file's chunks, which almost no changed input would have.
enum PNGChecksums {
  /// The input with the right checksum in every chunk that is complete.
  ///
  /// A chunk is its length, its type, the data, and the CRC-32 of type and data.
  static func corrected(in input: [UInt8]) -> [UInt8] {
    var bytes = input
    var start = 8
    while start + 12 <= bytes.count {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      let end = start + 8 + length
      guard end + 4 <= bytes.count else { break }
      let checksum = crc32(bytes[start + 4..<end])
      for index in 0..<4 { bytes[end + index] = UInt8(truncatingIfNeeded: checksum >> (24 - 8 * index)) }
      start = end + 4
    }
    return bytes
  }

  /// The CRC-32 of zlib and PNG, bit by bit, since inputs are small.
  private static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
    var remainder = UInt32.max
    for byte in bytes {
      remainder ^= UInt32(byte)
      for _ in 0..<8 { remainder = remainder >> 1 ^ (remainder & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    return ~remainder
  }
}
