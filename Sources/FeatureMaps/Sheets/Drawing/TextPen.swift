import Drawing

/// Writes lines below each other.
struct TextPen {
  var x: Double
  /// The upper edge of the next line.
  var y: Double
  /// Longer lines are cut off.
  var width: Double

  /// Writes a line; nothing if the text is empty.
  mutating func write(
    _ text: String, in svg: inout SVG, size: Double, fill: Paint = .ink, isBold: Bool = false
  ) {
    guard !text.isEmpty else { return }
    svg.text(
      TextWidth.fitting(text, width: width, size: size, isBold: isBold), at: .init(x: x, y: y + size),
      size: size, fill: fill, isBold: isBold)
    y += SheetLayout.height(ofLine: size)
  }
}
