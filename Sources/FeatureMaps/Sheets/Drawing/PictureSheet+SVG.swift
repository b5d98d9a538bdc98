import Drawing

extension PictureSheet {
  /// The sheet with its labels.
  ///
  /// - Returns: The picture; small pictures are embedded as PNG.
  /// - Throws: `ImageFileError` if libpng reports an error.
  package func svg() throws -> SVG {
    let texts = [(title, SheetLayout.sheetTitle)] + notes.map { ($0, SheetLayout.text) }
    let widest = texts.map { TextWidth.width(of: $0.0, size: $0.1) }.max() ?? 0
    let width = max(strips.map(\.width).max() ?? 0, min(widest, Self.widestText)) + 2 * SheetLayout.margin
    let head =
      SheetLayout.height(ofLine: SheetLayout.sheetTitle) + Double(notes.count)
      * SheetLayout.height(ofLine: SheetLayout.text)
    let strips = strips.map(\.height).reduce(0) { $0 + $1 + SheetLayout.stripGap } - SheetLayout.stripGap
    let height = 2 * SheetLayout.margin + head + SheetLayout.headGap + max(strips, 0)
    var svg = SVG(width: width.rounded(.up), height: height.rounded(.up))
    svg.title = title
    try draw(in: &svg, width: width - 2 * SheetLayout.margin)
    return svg
  }

  /// Longer lines of text do not widen a sheet.
  private static let widestText = 720.0

  private func draw(in svg: inout SVG, width: Double) throws {
    var pen = TextPen(x: SheetLayout.margin, y: SheetLayout.margin, width: width)
    pen.write(title, in: &svg, size: SheetLayout.sheetTitle, isBold: true)
    for note in notes { pen.write(note, in: &svg, size: SheetLayout.text, fill: .muted) }
    pen.y += SheetLayout.headGap
    for strip in strips {
      try strip.draw(in: &svg, x: pen.x, y: pen.y, width: width)
      pen.y += strip.height + SheetLayout.stripGap
    }
  }
}
