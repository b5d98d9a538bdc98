import Drawing
import Reporting

extension ColorScale {
  func draw(in svg: inout SVG, x: Double, y: Double) throws {
    let ends = "colors from \(significant(marks.first ?? 0)) to \(significant(limit))"
    svg.image(
      try bar.dataURI(), at: .init(x: x, y: y), width: SheetLayout.barWidth, height: SheetLayout.barHeight,
      label: ends)
    let steps = Double(max(marks.count - 1, 1))
    for (index, mark) in marks.enumerated() {
      let anchor: SVG.Anchor = index == 0 ? .start : index == marks.count - 1 ? .end : .middle
      svg.text(
        significant(mark),
        at: .init(
          x: x + SheetLayout.barWidth * Double(index) / steps,
          y: y + SheetLayout.barHeight + SheetLayout.text + 4),
        size: SheetLayout.text, fill: .muted, anchor: anchor)
    }
  }
}
