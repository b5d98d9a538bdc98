import Drawing
import Reporting

/// Distances and sizes of fonts, in pixels of the SVG file.
private enum Layout {
  static let margin = 28.0
  static let tileGap = 12.0
  static let panelGap = 32.0
  static let stripGap = 34.0
  static let headGap = 20.0
  static let (sheetTitle, stripTitle, panelTitle) = (22.0, 16.0, 14.0)
  static let (name, number, text) = (13.0, 11.0, 12.0)
  static let frame = 3.0
  static let (barWidth, barHeight) = (220.0, 10.0)
  /// A line of text takes so many times its font's size.
  static let leading = 1.4
  static func height(ofLine size: Double) -> Double { (size * leading).rounded() }
}

extension PictureSheet {
  /// The sheet with its labels.
  ///
  /// - Returns: The picture; small pictures stand in it as PNG.
  /// - Throws: `ImageFileError` if libpng refuses.
  public func svg() throws -> SVG {
    let texts = [(title, Layout.sheetTitle)] + notes.map { ($0, Layout.text) }
    let widest = texts.map { TextWidth.width(of: $0.0, size: $0.1) }.max() ?? 0
    let width = max(strips.map(\.width).max() ?? 0, min(widest, Self.widestText)) + 2 * Layout.margin
    let head =
      Layout.height(ofLine: Layout.sheetTitle) + Double(notes.count) * Layout.height(ofLine: Layout.text)
    let strips = strips.map(\.height).reduce(0) { $0 + $1 + Layout.stripGap } - Layout.stripGap
    let height = 2 * Layout.margin + head + Layout.headGap + max(strips, 0)
    var svg = SVG(width: width.rounded(.up), height: height.rounded(.up))
    svg.title = title
    try draw(in: &svg, width: width - 2 * Layout.margin)
    return svg
  }

  /// Longer lines of text do not widen a sheet.
  private static let widestText = 720.0

  private func draw(in svg: inout SVG, width: Double) throws {
    var pen = Pen(x: Layout.margin, y: Layout.margin, width: width)
    pen.write(title, in: &svg, size: Layout.sheetTitle, isBold: true)
    for note in notes { pen.write(note, in: &svg, size: Layout.text, fill: .muted) }
    pen.y += Layout.headGap
    for strip in strips {
      try strip.draw(in: &svg, x: pen.x, y: pen.y, width: width)
      pen.y += strip.height + Layout.stripGap
    }
  }
}

extension PictureStrip {
  fileprivate var width: Double {
    panels.map(\.width).reduce(0) { $0 + $1 + Layout.panelGap } - Layout.panelGap
  }

  fileprivate var height: Double { headHeight + (panels.map(\.height).max() ?? 0) }

  private var headHeight: Double {
    (title.isEmpty ? 0 : Layout.height(ofLine: Layout.stripTitle))
      + (note.isEmpty ? 0 : Layout.height(ofLine: Layout.text))
      + (title.isEmpty && note.isEmpty ? 0 : Layout.tileGap)
  }

  fileprivate func draw(in svg: inout SVG, x: Double, y: Double, width: Double) throws {
    var pen = Pen(x: x, y: y, width: width)
    pen.write(title, in: &svg, size: Layout.stripTitle, isBold: true)
    pen.write(note, in: &svg, size: Layout.text, fill: .muted)
    var left = x
    for panel in panels {
      try panel.draw(in: &svg, x: left, y: y + headHeight)
      left += panel.width + Layout.panelGap
    }
  }
}

extension PicturePanel {
  fileprivate var width: Double {
    let columns = Double(min(columns, tiles.count))
    let grid = columns * tileWidth + (columns - 1) * Layout.tileGap
    return scale == nil ? grid : max(grid, Layout.barWidth)
  }

  fileprivate var height: Double {
    headHeight + Double(rows) * (cellHeight + Layout.tileGap) - Layout.tileGap + scaleHeight
  }

  private var headHeight: Double {
    title.isEmpty ? 0 : Layout.height(ofLine: Layout.panelTitle) + 6
  }

  private var scaleHeight: Double {
    scale == nil ? 0 : Layout.headGap + Layout.barHeight + Layout.height(ofLine: Layout.text) + 4
  }

  private var tileHeight: Double {
    guard let first = tiles.first?.raster else { return 0 }
    return (tileWidth * Double(first.height) / Double(first.width)).rounded()
  }

  private var cellHeight: Double {
    let hasNames = tiles.contains { !$0.name.isEmpty }
    return tileHeight + (hasNames ? 4 + Layout.height(ofLine: nameSize) : 0)
      + (haveCaptions ? Layout.height(ofLine: Layout.text) : 0)
  }

  private var haveCaptions: Bool { tiles.contains { !$0.caption.isEmpty } }

  /// Names without anything below them are numbers.
  private var nameSize: Double { haveCaptions ? Layout.name : Layout.number }

  fileprivate func draw(in svg: inout SVG, x: Double, y: Double) throws {
    var pen = Pen(x: x, y: y, width: width)
    pen.write(title, in: &svg, size: Layout.panelTitle, isBold: true)
    for (index, tile) in tiles.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let corner = SVG.Point(
        x: x + Double(column) * (tileWidth + Layout.tileGap),
        y: y + headHeight + Double(row) * (cellHeight + Layout.tileGap))
      try draw(tile, in: &svg, at: corner)
    }
    guard let scale else { return }
    try scale.draw(in: &svg, x: x, y: y + height - scaleHeight + Layout.headGap)
  }

  private func draw(_ tile: PictureTile, in svg: inout SVG, at corner: SVG.Point) throws {
    // Smaller than it is shown, so that its pixels have to stay squares.
    let isPixelated = Double(tile.raster.width) < tileWidth
    svg.image(
      try tile.raster.dataURI(), at: corner, width: tileWidth, height: tileHeight, label: tile.label,
      isPixelated: isPixelated)
    if tile.isFramed {
      drawFrame(in: &svg, at: corner, .init(.series(1), width: Layout.frame))
    } else if scale?.isSigned == true {
      // Numbers around 0 are as white as the page.
      drawFrame(in: &svg, at: corner, .init(.faint, width: 0.5))
    }
    var pen = Pen(x: corner.x, y: corner.y + tileHeight + 4, width: tileWidth)
    pen.write(
      tile.name, in: &svg, size: nameSize, fill: haveCaptions ? .ink : .muted, isBold: haveCaptions)
    pen.write(tile.caption, in: &svg, size: Layout.text, fill: .muted)
  }

  private func drawFrame(in svg: inout SVG, at corner: SVG.Point, _ stroke: SVG.Stroke) {
    let (left, top) = (corner.x - stroke.width / 2, corner.y - stroke.width / 2)
    let (right, bottom) = (left + tileWidth + stroke.width, top + tileHeight + stroke.width)
    // Around the first corner again, so that it is joined as the others are.
    let corners = [
      (left, top), (right, top), (right, bottom), (left, bottom), (left, top), (right, top),
    ]
    svg.polyline(corners.map { .init(x: $0.0, y: $0.1) }, stroke)
  }
}

extension ColourScale {
  fileprivate func draw(in svg: inout SVG, x: Double, y: Double) throws {
    let ends = "colours from \(significant(marks.first ?? 0)) to \(significant(limit))"
    svg.image(
      try bar.dataURI(), at: .init(x: x, y: y), width: Layout.barWidth, height: Layout.barHeight, label: ends)
    let steps = Double(max(marks.count - 1, 1))
    for (index, mark) in marks.enumerated() {
      let anchor: SVG.Anchor = index == 0 ? .start : index == marks.count - 1 ? .end : .middle
      svg.text(
        significant(mark),
        at: .init(x: x + Layout.barWidth * Double(index) / steps, y: y + Layout.barHeight + Layout.text + 4),
        size: Layout.text, fill: .muted, anchor: anchor)
    }
  }
}

/// Writes lines below each other.
private struct Pen {
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
      TextWidth.fitting(text, width: width, size: size), at: .init(x: x, y: y + size), size: size, fill: fill,
      isBold: isBold)
    y += Layout.height(ofLine: size)
  }
}
