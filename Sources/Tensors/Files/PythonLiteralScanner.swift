/// Reads the few kinds of Python literals that occur in the header of a .npy file.
///
/// Each function returns nil or false if something else comes next.
struct PythonLiteralScanner {
  private var rest: ArraySlice<UInt8>

  init(_ text: [UInt8]) {
    rest = text[...]
  }

  /// Reads a dictionary with strings as keys, followed by nothing but white space.
  ///
  /// - Parameter scanValue: Called with each key; reads the value and returns whether it could.
  /// - Returns: Whether there was a well-formed dictionary.
  mutating func scanDictionary(
    _ scanValue: (_ key: String, _ scanner: inout PythonLiteralScanner) -> Bool
  ) -> Bool {
    guard skip("{") else { return false }
    while !skip("}") {
      guard let key = scanString(), skip(":"), scanValue(key, &self) else { return false }
      guard skip(",") || next == UInt8(ascii: "}") else { return false }
    }
    return next == nil
  }

  /// Whether a list comes next.
  var isAtList: Bool {
    mutating get { next == UInt8(ascii: "[") }
  }

  /// Reads a string in single or double quotation marks, without escapes; a `u` prefix is skipped.
  mutating func scanString() -> String? {
    _ = skip("u")
    guard let quote = next, quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else { return nil }
    let content = rest.dropFirst().prefix { $0 != quote }
    guard content.endIndex < rest.endIndex, !content.contains(UInt8(ascii: "\\")) else { return nil }
    rest = rest[content.endIndex...].dropFirst()
    return String(decoding: content, as: UTF8.self)
  }

  /// Reads `True` or `False`.
  mutating func scanBoolean() -> Bool? {
    if skip("True") { return true }
    return skip("False") ? false : nil
  }

  /// Reads a tuple of integers: `()`, `(3,)`, `(2, 3)`; a minus sign is accepted, so that the error can quote the
  /// number.
  mutating func scanTuple() -> [Int]? {
    guard skip("(") else { return nil }
    var numbers: [Int] = []
    while !skip(")") {
      guard let number = scanInteger() else { return nil }
      numbers.append(number)
      // Without its comma, (3) is a number, not a tuple.
      let isLast = next == UInt8(ascii: ")") && numbers.count > 1
      guard skip(",") || isLast else { return nil }
    }
    return numbers
  }

  private mutating func scanInteger() -> Int? {
    guard next != nil else { return nil }
    let digits = rest.prefix {
      $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
    }
    rest = rest[digits.endIndex...]
    // Python 2 marks its long integers.
    if rest.first == UInt8(ascii: "L") { rest = rest.dropFirst() }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  /// The next byte that is not white space.
  private var next: UInt8? {
    mutating get {
      rest = rest.drop { $0 == UInt8(ascii: " ") || (0x09...0x0D).contains($0) }
      return rest.first
    }
  }

  private mutating func skip(_ token: StaticString) -> Bool {
    guard next != nil,
      rest.starts(with: UnsafeBufferPointer(start: token.utf8Start, count: token.utf8CodeUnitCount))
    else { return false }
    rest = rest.dropFirst(token.utf8CodeUnitCount)
    return true
  }
}
