/// Tiles in rows, with the scale of their colors below.
public struct PicturePanel: Sendable {
  /// What stands above it; empty for nothing.
  public var title: String
  /// The tiles, row by row; all have one size.
  public var tiles: [PictureTile]
  /// How many stand in a row, at least 1.
  public var columns: Int
  /// The width that a tile is shown in, in pixels of the SVG file.
  public var tileWidth: Double
  /// The scale of the colors; nil where they are those of an image.
  public var scale: ColorScale?

  /// Makes a panel.
  ///
  /// - Parameters:
  ///   - title: What stands above it.
  ///   - tiles: The tiles, row by row, at least one.
  ///   - columns: How many stand in a row, at least 1.
  ///   - tileWidth: The width that a tile is shown in, in pixels of the SVG file.
  ///   - scale: The scale of the colors.
  public init(
    _ title: String = "", tiles: [PictureTile], columns: Int, tileWidth: Double, scale: ColorScale? = nil
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
