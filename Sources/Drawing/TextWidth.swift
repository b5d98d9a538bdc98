/// Estimates of text width, since only the program that displays a picture knows its fonts.
package enum TextWidth {
  /// The width of one letter in font sizes: the mean over English text in Helvetica and Arial.
  private static let ofLetter = 0.56

  /// The width of a line of text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - size: The font's size, in pixels.
  /// - Returns: The width, in pixels.
  package static func width(of text: String, size: Double) -> Double {
    Double(text.count) * size * ofLetter
  }

  /// A line of text, truncated if it is too long.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - width: The available width, in pixels; at least four letters are kept.
  ///   - size: The font's size, in pixels.
  /// - Returns: The text, or its beginning and an ellipsis.
  package static func fitting(_ text: String, width: Double, size: Double) -> String {
    let room = max(Int(width / (size * ofLetter)), 4)
    return text.count <= room ? text : text.prefix(room - 1) + "…"
  }
}
