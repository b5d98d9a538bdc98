extension PictureSheet {
  /// The pictures alone, without text, frames and scales, on white.
  ///
  /// Tiles keep their pixels and their order. The lines between them are a sixteenth of a tile wide, and those between
  /// panels and strips three times that.
  package var raster: Raster {
    Self.stacked(strips.map(\.raster), gap: (strips.first?.gap ?? 1) * 3, isHorizontal: false)
  }

  /// Pictures below or next to each other.
  fileprivate static func stacked(_ parts: [Raster], gap: Int, isHorizontal: Bool) -> Raster {
    let gaps = gap * max(parts.count - 1, 0)
    let (heights, widths) = (parts.map(\.height), parts.map(\.width))
    var whole = Raster(
      height: isHorizontal ? heights.max() ?? 1 : heights.reduce(gaps, +),
      width: isHorizontal ? widths.reduce(gaps, +) : widths.max() ?? 1
    ) { _, _ in .white }
    var start = 0
    for part in parts {
      whole.draw(part, row: isHorizontal ? 0 : start, column: isHorizontal ? start : 0)
      start += gap + (isHorizontal ? part.width : part.height)
    }
    return whole
  }
}

extension PictureStrip {
  fileprivate var gap: Int { panels.map(\.gap).max() ?? 1 }

  fileprivate var raster: Raster {
    PictureSheet.stacked(panels.map(\.raster), gap: gap * 3, isHorizontal: true)
  }
}

extension PicturePanel {
  fileprivate var gap: Int { max((tiles.first?.raster.width ?? 0) / 16, 2) }

  fileprivate var raster: Raster {
    let lines = (0..<rows).map { row in
      let line = tiles[row * columns..<min((row + 1) * columns, tiles.count)]
      return PictureSheet.stacked(line.map(\.raster), gap: gap, isHorizontal: true)
    }
    return PictureSheet.stacked(lines, gap: gap, isHorizontal: false)
  }
}
