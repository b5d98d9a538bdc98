import Drawing

extension PicturePanel {
  var width: Double {
    let columns = Double(min(columns, tiles.count))
    let grid = columns * tileWidth + (columns - 1) * SheetLayout.tileGap
    return scale == nil ? grid : max(grid, SheetLayout.barWidth)
  }

  var height: Double {
    headHeight + Double(rows) * (cellHeight + SheetLayout.tileGap) - SheetLayout.tileGap + scaleHeight
  }

  private var headHeight: Double {
    title.isEmpty ? 0 : SheetLayout.height(ofLine: SheetLayout.panelTitle) + 6
  }

  private var scaleHeight: Double {
    scale == nil
      ? 0 : SheetLayout.headGap + SheetLayout.barHeight + SheetLayout.height(ofLine: SheetLayout.text) + 4
  }

  private var tileHeight: Double {
    guard let first = tiles.first?.raster else { return 0 }
    return (tileWidth * Double(first.height) / Double(first.width)).rounded()
  }

  private var cellHeight: Double {
    let hasNames = tiles.contains { !$0.name.isEmpty }
    return tileHeight + (hasNames ? 4 + SheetLayout.height(ofLine: nameSize) : 0)
      + (haveCaptions ? SheetLayout.height(ofLine: SheetLayout.text) : 0)
  }

  private var haveCaptions: Bool { tiles.contains { !$0.caption.isEmpty } }

  /// Without captions the names are numbers.
  private var nameSize: Double { haveCaptions ? SheetLayout.name : SheetLayout.number }

  func draw(in svg: inout SVG, x: Double, y: Double) throws {
    var pen = TextPen(x: x, y: y, width: width)
    pen.write(title, in: &svg, size: SheetLayout.panelTitle, isBold: true)
    for (index, tile) in tiles.enumerated() {
      let (row, column) = index.quotientAndRemainder(dividingBy: columns)
      let corner = SVG.Point(
        x: x + Double(column) * (tileWidth + SheetLayout.tileGap),
        y: y + headHeight + Double(row) * (cellHeight + SheetLayout.tileGap))
      try draw(tile, in: &svg, at: corner)
    }
    guard let scale else { return }
    try scale.draw(in: &svg, x: x, y: y + height - scaleHeight + SheetLayout.headGap)
  }

  private func draw(_ tile: PictureTile, in svg: inout SVG, at corner: SVG.Point) throws {
    // Smaller than displayed, so its pixels have to stay square.
    let isPixelated = Double(tile.raster.width) < tileWidth
    svg.image(
      try tile.raster.dataURI(), at: corner, width: tileWidth, height: tileHeight, label: tile.label,
      isPixelated: isPixelated)
    if tile.isFramed {
      drawFrame(in: &svg, at: corner, .init(.series(1), width: SheetLayout.frame))
    } else if scale?.isSigned == true {
      // Numbers around 0 are as white as the page.
      drawFrame(in: &svg, at: corner, .init(.faint, width: 0.5))
    }
    var pen = TextPen(x: corner.x, y: corner.y + tileHeight + 4, width: tileWidth)
    pen.write(
      tile.name, in: &svg, size: nameSize, fill: haveCaptions ? .ink : .muted, isBold: haveCaptions)
    pen.write(tile.caption, in: &svg, size: SheetLayout.text, fill: .muted)
  }

  private func drawFrame(in svg: inout SVG, at corner: SVG.Point, _ stroke: SVG.Stroke) {
    let (left, top) = (corner.x - stroke.width / 2, corner.y - stroke.width / 2)
    let (right, bottom) = (left + tileWidth + stroke.width, top + tileHeight + stroke.width)
    // Continues past the first corner, so that it has the same join as the others.
    let corners = [
      (left, top), (right, top), (right, bottom), (left, bottom), (left, top), (right, top),
    ]
    svg.polyline(corners.map { .init(x: $0.0, y: $0.1) }, stroke)
  }
}
