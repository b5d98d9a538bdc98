/// A small picture with what it shows.
public struct PictureTile: Sendable {
  /// The picture.
  public var raster: Raster
  /// What stands below it; empty for nothing.
  public var name: String
  /// What stands below the name, with less weight; empty for nothing.
  public var caption: String
  /// What it shows, for readers who do not see it.
  public var label: String
  /// Whether it has a frame.
  public var isFramed: Bool

  /// Makes a tile.
  ///
  /// - Parameters:
  ///   - raster: The picture.
  ///   - name: What stands below it.
  ///   - caption: What stands below the name.
  ///   - label: What it shows, for readers who do not see it.
  ///   - isFramed: Whether it has a frame.
  public init(
    _ raster: Raster, name: String = "", caption: String = "", label: String, isFramed: Bool = false
  ) {
    self.raster = raster
    self.name = name
    self.caption = caption
    self.label = label
    self.isFramed = isFramed
  }
}

/// Tiles in rows, with the scale of their colours below.
public struct PicturePanel: Sendable {
  /// What stands above it; empty for nothing.
  public var title: String
  /// The tiles, row by row; all have one size.
  public var tiles: [PictureTile]
  /// How many stand in a row, at least 1.
  public var columns: Int
  /// The width that a tile is shown in, in pixels of the SVG file.
  public var tileWidth: Double
  /// The scale of the colours; nil where they are those of an image.
  public var scale: ColourScale?

  /// Makes a panel.
  ///
  /// - Parameters:
  ///   - title: What stands above it.
  ///   - tiles: The tiles, row by row, at least one.
  ///   - columns: How many stand in a row, at least 1.
  ///   - tileWidth: The width that a tile is shown in, in pixels of the SVG file.
  ///   - scale: The scale of the colours.
  public init(
    _ title: String = "", tiles: [PictureTile], columns: Int, tileWidth: Double, scale: ColourScale? = nil
  ) {
    self.title = title
    self.tiles = tiles
    self.columns = columns
    self.tileWidth = tileWidth
    self.scale = scale
  }

  /// How many rows of tiles there are.
  var rows: Int { (tiles.count + columns - 1) / columns }
}

/// Panels beside each other, such as an image and its maps.
public struct PictureStrip: Sendable {
  /// What stands above it; empty for nothing.
  public var title: String
  /// What stands below the title, with less weight; empty for nothing.
  public var note: String
  /// The panels, from the left.
  public var panels: [PicturePanel]

  /// Makes a strip.
  ///
  /// - Parameters:
  ///   - title: What stands above it.
  ///   - note: What stands below the title.
  ///   - panels: The panels, from the left.
  public init(_ title: String = "", note: String = "", panels: [PicturePanel]) {
    self.title = title
    self.note = note
    self.panels = panels
  }
}

/// A picture of many small ones: an SVG file with labels, or the pixels alone.
public struct PictureSheet: Sendable {
  /// What stands at the top.
  public var title: String
  /// What stands below the title, a line each.
  public var notes: [String]
  /// The strips, from the top.
  public var strips: [PictureStrip]

  /// Makes a sheet.
  ///
  /// - Parameters:
  ///   - title: What stands at the top.
  ///   - notes: What stands below the title, a line each.
  ///   - strips: The strips, from the top.
  public init(_ title: String, notes: [String] = [], strips: [PictureStrip]) {
    self.title = title
    self.notes = notes
    self.strips = strips
  }
}
