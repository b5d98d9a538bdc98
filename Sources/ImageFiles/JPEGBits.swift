/// The entropy-coded bits of a JPEG file up to the next marker.
///
/// Source: ITU-T T.81, F.1.2.3: after a data byte FF a 0 is stuffed.
struct JPEGBits {
  /// Thrown where a marker or the end of the file comes before the data is complete.
  struct Incomplete: Error {}

  private let file: [UInt8]
  /// The offset after the last byte of which a bit was read.
  private(set) var position: Int
  private var byte: UInt8 = 0
  private var unreadCount = 0

  /// - Parameters:
  ///   - file: The file's contents.
  ///   - position: The offset of the first byte.
  init(_ file: [UInt8], at position: Int) {
    self.file = file
    self.position = position
  }

  /// The next bit.
  mutating func next() throws -> Int {
    if unreadCount == 0 {
      try readByte()
      unreadCount = 8
    }
    unreadCount -= 1
    return Int(byte >> unreadCount) & 1
  }

  /// The next bits as a number, the most significant one first.
  mutating func number(ofBits count: Int) throws -> Int {
    var number = 0
    for _ in 0..<count { number = try number << 1 | next() }
    return number
  }

  private mutating func readByte() throws {
    guard position < file.count else { throw Incomplete() }
    byte = file[position]
    var end = position + 1
    if byte == 0xFF {
      // Like libjpeg, which accepts repeated FF also before a stuffed 0.
      while end < file.count, file[end] == 0xFF { end += 1 }
      guard end < file.count, file[end] == 0 else { throw Incomplete() }
      end += 1
    }
    position = end
  }
}
