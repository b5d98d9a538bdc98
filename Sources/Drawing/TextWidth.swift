/// About how wide text is in the fonts that pictures ask for, which only the program that shows them knows.
public enum TextWidth {
  /// Of one letter, in font sizes: the mean over English text in Helvetica and Arial.
  private static let ofLetter = 0.56

  /// The width of a line of text.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - size: The font's size, in pixels.
  /// - Returns: The width, in pixels.
  public static func width(of text: String, size: Double) -> Double {
    Double(text.count) * size * ofLetter
  }

  /// A line of text, with its end cut off where it is too long.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - width: The room for it, in pixels; four letters are kept in less.
  ///   - size: The font's size, in pixels.
  /// - Returns: The text, or its beginning and an ellipsis.
  public static func fitting(_ text: String, width: Double, size: Double) -> String {
    let room = max(Int(width / (size * ofLetter)), 4)
    return text.count <= room ? text : text.prefix(room - 1) + "…"
  }
}
