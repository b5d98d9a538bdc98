/// Tiles in rows, with the scale of their colors below.
package struct PicturePanel: Sendable {
  /// The title above it; may be empty.
  package var title: String
  /// The tiles, row by row; all have the same size.
  package var tiles: [PictureTile]
  /// The number per row, at least 1.
  package var columns: Int
  /// The displayed width of a tile, in pixels of the SVG file.
  package var tileWidth: Double
  /// The scale of the colors; nil for images.
  package var scale: ColorScale?

  /// Creates a panel.
  ///
  /// - Parameters:
  ///   - title: The title above it.
  ///   - tiles: The tiles, row by row, at least one.
  ///   - columns: The number per row, at least 1.
  ///   - tileWidth: The displayed width of a tile, in pixels of the SVG file.
  ///   - scale: The scale of the colors.
  package init(
    _ title: String = "", tiles: [PictureTile], columns: Int, tileWidth: Double, scale: ColorScale? = nil
  ) {
    self.title = title
    self.tiles = tiles
    self.columns = columns
    self.tileWidth = tileWidth
    self.scale = scale
  }

  /// The number of rows of tiles.
  var rows: Int { (tiles.count + columns - 1) / columns }
}
