/// The tokens of a JSON5 text: words, strings and marks, without white space and comments.
///
/// Every text has tokens; whether they are JSON5 is for others to check.
struct JSON5Tokens: Sequence, IteratorProtocol {
  /// A token.
  struct Token {
    /// Its bytes; those of a string include its quotes, the last of which may be missing.
    let bytes: ArraySlice<UInt8>
    /// The line where it begins, from 1.
    let line: Int

    /// The first byte.
    var first: UInt8 { bytes[bytes.startIndex] }

    /// The text.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether it is a string in quotes.
    var isString: Bool { JSON5Tokens.isQuote(first) }

    /// Whether it is a name or a number.
    var isWord: Bool { JSON5Tokens.isOfWord(first) }
  }

  private var rest: ArraySlice<UInt8>
  private var line = 1

  /// - Parameter json: The text, in UTF-8.
  init(_ json: [UInt8]) {
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    rest = json.starts(with: byteOrderMark) ? json.dropFirst(byteOrderMark.count) : json[...]
  }

  /// The next token; nil after the last.
  mutating func next() -> Token? {
    while let length = lengthOfBlank { _ = take(length) }
    guard let first = rest.first else { return nil }
    let start = line
    let length = Self.isQuote(first) ? lengthOfString(quote: first) : rest.prefix(while: Self.isOfWord).count
    return Token(bytes: take(Swift.max(length, 1)), line: start)
  }

  /// Takes bytes, and counts their lines.
  private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
    let taken = rest.prefix(count)
    line += taken.count { $0 == Self.newline }
    rest = rest.dropFirst(count)
    return taken
  }

  /// The number of bytes of white space or a comment at the start of the rest; nil if there is neither.
  private var lengthOfBlank: Int? {
    let space = rest.prefix { $0 == UInt8(ascii: " ") || (0x09...0x0D).contains($0) }.count
    if space > 0 { return space }
    if rest.starts(with: "//".utf8) {
      return rest.prefix { $0 != Self.newline && $0 != UInt8(ascii: "\r") }.count
    }
    guard rest.starts(with: "/*".utf8) else { return nil }
    let body = rest.dropFirst(2)
    let end = body.indices.first { body[$0...].starts(with: "*/".utf8) }
    return end.map { $0 + 2 - rest.startIndex } ?? rest.count
  }

  /// The number of bytes up to the closing quote; an escaped quote does not close a string.
  private func lengthOfString(quote: UInt8) -> Int {
    var isEscaped = true
    let end = rest.firstIndex { byte in
      defer { isEscaped = !isEscaped && byte == UInt8(ascii: "\\") }
      return !isEscaped && byte == quote
    }
    return end.map { $0 + 1 - rest.startIndex } ?? rest.count
  }

  private static let newline = UInt8(ascii: "\n")

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }

  /// Whether a byte may be part of a name or a number; non-ASCII characters may be part of names.
  private static func isOfWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
      UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), UInt8(ascii: "$"), UInt8(ascii: "."),
      UInt8(ascii: "+"), UInt8(ascii: "-"), 0x80...0xFF:
      true
    default: false
    }
  }
}
