#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The structure of a JSON5 text, checked for what Foundation's decoder does not report: a repeated key, of which it
/// takes the first value, and the line of a syntax error.
///
/// It is not a complete parser: the decoder decides whether a text is valid.
struct JSON5Structure {
  /// A problem, with its line from 1.
  enum Problem: Equatable {
    /// An object has a key twice; `first` is the line where it is first.
    case repeatedKey(String, line: Int, first: Int)
    /// A token, or the end of the text, is where it cannot be.
    case unexpected(String, line: Int)
    /// A string does not end in its line.
    case unclosedString(line: Int)
  }

  /// What may come next.
  private enum Part {
    case value, key, colon, comma, end
  }

  /// An object or array that is not closed yet.
  private enum Level {
    /// The keys so far, with their lines.
    case object([String: Int])
    case array

    var start: Set<Part> {
      switch self {
      case .object: [.key, .end]
      case .array: [.value, .end]
      }
    }
  }

  private var levels: [Level] = []
  private var expected: Set<Part> = [.value]

  private init() {}

  /// Checks a text.
  ///
  /// - Parameters:
  ///   - json: The text, in UTF-8.
  ///   - currentKey: Gives the current name of a key, for those that were renamed.
  /// - Returns: The first problem; nil if there is none.
  static func firstProblem(in json: [UInt8], currentKey: (String) -> String = { $0 }) -> Problem? {
    var structure = JSON5Structure()
    var lastLine = 1
    for token in JSON5Tokens(json) {
      if let problem = structure.add(token, currentKey) { return problem }
      lastLine = token.line
    }
    return structure.expected.isEmpty ? nil : .unexpected("end", line: lastLine)
  }

  /// Adds a token.
  private mutating func add(_ token: JSON5Tokens.Token, _ currentKey: (String) -> String) -> Problem? {
    let unexpected = Problem.unexpected(token.text.quoted, line: token.line)
    if token.isString, !token.isClosedString { return .unclosedString(line: token.line) }
    if token.isString || token.isWord {
      if expected.contains(.key), token.isString || token.isName { return addKey(token, currentKey) }
      guard expected.contains(.value), token.isString || token.isLiteral else { return unexpected }
      endValue()
      return nil
    }
    return addMark(token.first) ? nil : unexpected
  }

  /// Adds a bracket, colon or comma; false if it cannot be here.
  private mutating func addMark(_ mark: UInt8) -> Bool {
    switch (mark, levels.last) {
    case (UInt8(ascii: "{"), _): return expected.contains(.value) && open(.object([:]))
    case (UInt8(ascii: "["), _): return expected.contains(.value) && open(.array)
    case (UInt8(ascii: "}"), .object), (UInt8(ascii: "]"), .array):
      guard expected.contains(.end) else { return false }
      levels.removeLast()
      endValue()
    case (UInt8(ascii: ","), let level?):
      guard expected.contains(.comma) else { return false }
      expected = level.start
    case (UInt8(ascii: ":"), _):
      guard expected.contains(.colon) else { return false }
      expected = [.value]
    default: return false
    }
    return true
  }

  private mutating func open(_ level: Level) -> Bool {
    levels.append(level)
    expected = level.start
    return true
  }

  private mutating func endValue() { expected = levels.isEmpty ? [] : [.comma, .end] }

  private mutating func addKey(
    _ token: JSON5Tokens.Token, _ currentKey: (String) -> String
  ) -> Problem? {
    guard case .object(var keys)? = levels.popLast() else { return nil }
    let key = currentKey(token.key)
    if let first = keys.updateValue(token.line, forKey: key) {
      return .repeatedKey(key, line: token.line, first: first)
    }
    levels.append(.object(keys))
    expected = [.colon]
    return nil
  }
}

extension JSON5Tokens.Token {
  /// Whether a string has its second quote, in the same line unless the line break is escaped.
  fileprivate var isClosedString: Bool {
    guard bytes.count > 1, bytes.last == first else { return false }
    var isEscaped = false
    return bytes.allSatisfy { byte in
      defer { isEscaped = !isEscaped && byte == UInt8(ascii: "\\") }
      return isEscaped || byte != UInt8(ascii: "\n")
    }
  }

  /// Whether a word can be a key without quotes.
  fileprivate var isName: Bool {
    !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) && !bytes.contains { "+-.".utf8.contains($0) }
  }

  /// Whether a word can be a value; all numbers are known to be well-formed.
  fileprivate var isLiteral: Bool {
    "0123456789+-.".utf8.contains(first) || ["true", "false", "null", "Infinity", "NaN"].contains(text)
  }

  /// The name of a key, without quotes and escapes.
  fileprivate var key: String {
    guard isString else { return text }
    guard bytes.contains(UInt8(ascii: "\\")) else {
      return String(decoding: bytes.dropFirst().dropLast(), as: UTF8.self)
    }
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    return (try? decoder.decode(String.self, from: Data(bytes))) ?? text
  }
}
