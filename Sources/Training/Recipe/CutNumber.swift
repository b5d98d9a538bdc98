/// Finds numbers such as `1e-`, at which Foundation's decoder of JSON5 ends the process.
enum CutNumber {
  private enum Context: Equatable {
    case code
    case text(quote: UInt8)
    case lineComment
    case blockComment
  }

  /// The line of the first number that ends in the sign of its exponent; nil if there is none.
  static func line(in json: [UInt8]) -> Int? {
    var context = Context.code
    var line = 1
    var index = 0
    while index < json.count {
      let pair = (json[index], index + 1 < json.count ? json[index + 1] : 0)
      if pair.0 == newline { line += 1 }
      switch context {
      case .code:
        if isCut(json[index...]) { return line }
        context = opened(by: pair)
      case .text(let quote):
        // What is escaped does not end the text.
        if pair.0 == UInt8(ascii: "\\") { index += 1 } else if pair.0 == quote { context = .code }
      case .lineComment:
        if pair.0 == newline { context = .code }
      case .blockComment:
        if pair == (UInt8(ascii: "*"), UInt8(ascii: "/")) { context = .code }
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

  /// Whether bytes begin with a digit or a point, an e, a sign, and no digit.
  private static func isCut(_ bytes: ArraySlice<UInt8>) -> Bool {
    let start = Array(bytes.prefix(4))
    guard start.count >= 3 else { return false }
    let hasDigit = start.count == 4 && "0123456789".utf8.contains(start[3])
    return "0123456789.".utf8.contains(start[0]) && "eE".utf8.contains(start[1])
      && "+-".utf8.contains(start[2])
      && !hasDigit
  }
}
