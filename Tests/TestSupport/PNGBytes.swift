/// PNG files made for tests.
public enum PNGBytes {
  /// A file with 8 bits per sample, not compressed.
  ///
  /// - Parameters:
  ///   - width: Pixels of a row.
  ///   - height: Rows.
  ///   - channels: 1 or 3.
  ///   - pixels: C×H×W, fewer than 65,536 in total.
  /// - Returns: The file's contents.
  public static func file(width: Int, height: Int, channels: Int, _ pixels: [UInt8]) -> [UInt8] {
    var rows: [UInt8] = []
    for row in 0..<height {
      rows.append(0)
      for position in 0..<width * channels {
        rows.append(pixels[(position % channels * height + row) * width + position / channels])
      }
    }
    let length = UInt16(rows.count)
    var packed: [UInt8] = [0x78, 0x01, 1]
    packed += bytes(length.littleEndian) + bytes((~length).littleEndian) + rows + bytes(adler(rows).bigEndian)
    var header = bytes(UInt32(width).bigEndian) + bytes(UInt32(height).bigEndian)
    header += [8, channels == 1 ? 0 : 2, 0, 0, 0]
    let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    return signature + chunk("IHDR", header) + chunk("IDAT", packed) + chunk("IEND", [])
  }

  /// The chunk with the orientation tag of cameras, to be put behind the header, which ends after 33 bytes.
  ///
  /// - Parameter orientation: 1 to 8.
  /// - Returns: The chunk: a TIFF structure with one directory of one entry.
  public static func orientation(_ orientation: Int) -> [UInt8] {
    let directory: [UInt8] = [0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, UInt8(orientation), 0, 0, 0, 0, 0, 0]
    return chunk("eXIf", Array("MM".utf8) + [0, 42, 0, 0, 0, 8] + directory)
  }

  private static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bytes(UInt32(data.count).bigEndian) + body + bytes(crc(body).bigEndian)
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number) { Array($0) }
  }

  private static func crc(_ data: [UInt8]) -> UInt32 {
    var sum = UInt32.max
    for byte in data {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }

  private static func adler(_ data: [UInt8]) -> UInt32 {
    let (first, second) = data.reduce((UInt32(1), UInt32(0))) { sums, byte in
      let sum = (sums.0 + UInt32(byte)) % 65521
      return (sum, (sums.1 + sum) % 65521)
    }
    return second << 16 | first
  }
}
