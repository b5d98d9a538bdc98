/// A small picture with its description.
package struct PictureTile: Sendable {
  /// The picture.
  package var raster: Raster
  /// The name below it; may be empty.
  package var name: String
  /// A caption below the name; may be empty.
  package var caption: String
  /// The description for screen readers.
  package var label: String
  /// Whether it has a frame.
  package var isFramed: Bool

  /// Creates a tile.
  ///
  /// - Parameters:
  ///   - raster: The picture.
  ///   - name: The name below it.
  ///   - caption: A caption below the name.
  ///   - label: The description for screen readers.
  ///   - isFramed: Whether it has a frame.
  package init(
    _ raster: Raster, name: String = "", caption: String = "", label: String, isFramed: Bool = false
  ) {
    self.raster = raster
    self.name = name
    self.caption = caption
    self.label = label
    self.isFramed = isFramed
  }
}
