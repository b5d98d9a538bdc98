/// Finds malformed numbers, such as `1e-` and `0x0x`, which make Foundation's JSON5 decoder crash the process.
enum MalformedNumber {
  private enum Context: Equatable {
    case code
    case text(quote: UInt8)
    case lineComment
    case blockComment
  }

  /// The first malformed number with its line, from 1; nil if there is none.
  static func first(in json: [UInt8]) -> (text: String, line: Int)? {
    var context = Context.code
    var line = 1
    var index = 0
    while index < json.count {
      let pair = (json[index], index + 1 < json.count ? json[index + 1] : 0)
      if pair.0 == newline { line += 1 }
      switch context {
      case .code:
        let word = json[index...].prefix(while: isOfWord)
        if isMalformed(word) { return (String(decoding: word, as: UTF8.self), line) }
        context = opened(by: pair)
        let isComment = context == .lineComment || context == .blockComment
        index += isComment ? 1 : max(word.count - 1, 0)
      case .text(let quote):
        // An escaped character does not end the text.
        if pair.0 == UInt8(ascii: "\\") { index += 1 } else if pair.0 == quote { context = .code }
      case .lineComment:
        if pair.0 == newline || pair.0 == UInt8(ascii: "\r") { context = .code }
      case .blockComment:
        guard pair == (UInt8(ascii: "*"), UInt8(ascii: "/")) else { break }
        context = .code
        index += 1
      }
      index += 1
    }
    return nil
  }

  private static let newline = UInt8(ascii: "\n")

  private static func opened(by pair: (UInt8, UInt8)) -> Context {
    switch pair {
    case (UInt8(ascii: "/"), UInt8(ascii: "/")): .lineComment
    case (UInt8(ascii: "/"), UInt8(ascii: "*")): .blockComment
    case (UInt8(ascii: "\""), _), (UInt8(ascii: "'"), _): .text(quote: pair.0)
    default: .code
    }
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

  /// Whether a word that begins with a digit, a point or a sign is not a valid JSON5 number.
  private static func isMalformed(_ word: ArraySlice<UInt8>) -> Bool {
    guard let first = word.first, "0123456789.+-".utf8.contains(first) else { return false }
    var rest = Rest(word)
    _ = rest.skip("+-", atMost: 1)
    if rest.isAny(of: ["Infinity", "NaN"]) { return false }
    if rest.skipHexadecimalPrefix() { return rest.skip("0123456789abcdefABCDEF") == 0 || !rest.isEmpty }
    let digits = rest.skip(Rest.digits)
    _ = rest.skip(".", atMost: 1)
    guard digits + rest.skip(Rest.digits) > 0 else { return true }
    if rest.skip("eE", atMost: 1) == 1 {
      _ = rest.skip("+-", atMost: 1)
      guard rest.skip(Rest.digits) > 0 else { return true }
    }
    return !rest.isEmpty
  }

  /// The unread part of a word.
  private struct Rest {
    static let digits = "0123456789"
    private var bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) {
      self.bytes = bytes
    }

    var isEmpty: Bool { bytes.isEmpty }

    func isAny(of names: [String]) -> Bool { names.contains { bytes.elementsEqual($0.utf8) } }

    /// Skips characters of a set and returns their number.
    mutating func skip(_ set: String, atMost limit: Int = .max) -> Int {
      let count = bytes.prefix(limit).prefix { set.utf8.contains($0) }.count
      bytes = bytes.dropFirst(count)
      return count
    }

    mutating func skipHexadecimalPrefix() -> Bool {
      guard bytes.starts(with: "0x".utf8) || bytes.starts(with: "0X".utf8) else { return false }
      bytes = bytes.dropFirst(2)
      return true
    }
  }
}
