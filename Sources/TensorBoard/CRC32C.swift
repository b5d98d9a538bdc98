/// The cyclic redundancy check with Castagnoli's polynomial, which protects each record's length and content.
///
/// zlib has only the other polynomial. Source: RFC 3720, sections 12.1 and B.4.
package enum CRC32C {
  /// The check of each byte, lowest bit first.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { remainder, _ in
      remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0x82F6_3B78
    }
  }

  /// The check of some bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: The check.
  package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { remainder, byte in
      table[Int(UInt8(truncatingIfNeeded: remainder) ^ byte)] ^ remainder >> 8
    }
  }

  /// The check in the form used by records, rotated and offset, because a CRC of data that contains its own CRC is problematic.
  ///
  /// Source: `masked_crc` in TensorFlow's `core/lib/hash/crc32c.h`.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: The masked check.
  static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let check = checksum(bytes)
    return (check >> 15 | check << 17) &+ 0xA282_EAD8
  }
}
