/// Finds malformed numbers, such as `1e-` and `0x0x`, which make Foundation's JSON5 decoder crash the process.
enum MalformedNumber {
  /// The first malformed number with its line, from 1; nil if there is none.
  static func first(in json: [UInt8]) -> (text: String, line: Int)? {
    JSON5Tokens(json).first { $0.isWord && isMalformed($0.bytes) }.map { ($0.text, $0.line) }
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
