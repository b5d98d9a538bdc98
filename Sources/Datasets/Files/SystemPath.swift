import Tensors

/// The path of a file as the system stores it: any bytes, not necessarily UTF-8.
struct SystemPath: Sendable, Hashable, CustomStringConvertible {
  /// The bytes, with a zero at the end.
  let bytes: [CChar]

  /// Creates a path from text.
  init(_ path: String) {
    bytes = path.utf8.map(CChar.init(bitPattern:)) + [0]
  }

  private init(bytes: [CChar]) {
    self.bytes = bytes
  }

  /// The path of an item in this folder.
  func appending(_ name: FileName) -> SystemPath {
    SystemPath(bytes: bytes.dropLast() + [CChar(bitPattern: UInt8(ascii: "/"))] + name.bytes + [0])
  }

  /// The path on one line; bytes that are not UTF-8 are escaped.
  var description: String { FileName(bytes: Array(bytes.dropLast())).description.onOneLine(atMost: 4096) }
}

/// The name of a file in its folder: any bytes except zero and '/', ordered bytewise.
struct FileName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The bytes, without a zero at the end.
  let bytes: [CChar]

  /// The folder above.
  static let parent = FileName("..")

  /// Creates a name from text.
  init(_ name: String) {
    bytes = name.utf8.map(CChar.init(bitPattern:))
  }

  /// Creates a name from bytes.
  init(bytes: [CChar]) {
    self.bytes = bytes
  }

  /// The name as text, if it is UTF-8.
  var text: String? { String(validating: bytes.map(UInt8.init(bitPattern:)), as: UTF8.self) }

  /// The name as text; if it is not UTF-8, with all bytes except ASCII escaped, so that no two names look the same.
  var description: String { text ?? bytes.map { Self.escaped(UInt8(bitPattern: $0)) }.joined() }

  private static func escaped(_ byte: UInt8) -> String {
    byte < 0x80 ? String(UnicodeScalar(byte)) : "\\x" + String(byte, radix: 16, uppercase: true)
  }

  /// Whether it begins with a dot.
  var isHidden: Bool { bytes.first == CChar(bitPattern: UInt8(ascii: ".")) }

  static func < (left: FileName, right: FileName) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes) { UInt8(bitPattern: $0) < UInt8(bitPattern: $1) }
  }
}
