import Drawing

extension PictureStrip {
  var width: Double {
    panels.map(\.width).reduce(0) { $0 + $1 + SheetLayout.panelGap } - SheetLayout.panelGap
  }

  var height: Double { headHeight + (panels.map(\.height).max() ?? 0) }

  private var headHeight: Double {
    (title.isEmpty ? 0 : SheetLayout.height(ofLine: SheetLayout.stripTitle))
      + (note.isEmpty ? 0 : SheetLayout.height(ofLine: SheetLayout.text))
      + (title.isEmpty && note.isEmpty ? 0 : SheetLayout.tileGap)
  }

  func draw(in svg: inout SVG, x: Double, y: Double, width: Double) throws {
    var pen = TextPen(x: x, y: y, width: width)
    pen.write(title, in: &svg, size: SheetLayout.stripTitle, isBold: true)
    pen.write(note, in: &svg, size: SheetLayout.text, fill: .muted)
    var left = x
    for panel in panels {
      try panel.draw(in: &svg, x: left, y: y + headHeight)
      left += panel.width + SheetLayout.panelGap
    }
  }
}
