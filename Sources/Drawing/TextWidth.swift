/// Estimates of text width, since only the program that displays a picture knows its fonts.
///
/// The widths are about those of Helvetica and Arial, in a few classes of letters.
package enum TextWidth {
  /// The width of a line of text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - size: The font's size, in pixels.
  ///   - isBold: Whether the font is bold.
  /// - Returns: The width, in pixels.
  package static func width(of text: String, size: Double, isBold: Bool = false) -> Double {
    text.reduce(0) { $0 + width(of: $1) } * size * (isBold ? boldness : 1)
  }

  /// A line of text, truncated if it is too long.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - width: The available width, in pixels; at least three letters are kept.
  ///   - size: The font's size, in pixels.
  ///   - isBold: Whether the font is bold.
  /// - Returns: The text, or its beginning and an ellipsis.
  package static func fitting(_ text: String, width: Double, size: Double, isBold: Bool = false) -> String {
    func fits(_ text: String) -> Bool { Self.width(of: text, size: size, isBold: isBold) <= width }
    guard text.count > shortest, !fits(text) else { return text }
    var beginning = String(text.prefix(max(Int(width / (size * narrowest)), shortest)))
    while beginning.count > shortest, !fits(beginning + "…") { beginning.removeLast() }
    return beginning + "…"
  }

  private static let shortest = 3
  /// The width of the narrowest letter in font sizes.
  private static let narrowest = 0.24
  /// The width of bold letters relative to regular ones.
  private static let boldness = 1.08

  /// The width of a letter in font sizes.
  private static func width(of letter: Character) -> Double {
    switch letter {
    case "i", "j", "l", "'", "|": narrowest
    case " ", "f", "t", "r", "I", ".", ",", ":", ";", "!", "(", ")", "[", "]", "/", "-", "·": 0.34
    case "m", "w", "M", "W", "%", "@", "…", "—": 1
    case _ where isSquare(letter): 1
    case _ where letter.isUppercase: 0.74
    default: 0.56
    }
  }

  /// Whether a letter is as wide as high: Chinese, Japanese and Korean ones, and emoji.
  private static func isSquare(_ letter: Character) -> Bool {
    letter.unicodeScalars.first.map { $0.value >= 0x2E80 || $0.properties.isEmojiPresentation } ?? false
  }
}
