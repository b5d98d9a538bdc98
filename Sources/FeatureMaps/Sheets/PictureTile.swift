/// A small picture with its description.
public struct PictureTile: Sendable {
  /// The picture.
  public var raster: Raster
  /// The name below it; may be empty.
  public var name: String
  /// A caption below the name; may be empty.
  public var caption: String
  /// The description for screen readers.
  public var label: String
  /// Whether it has a frame.
  public var isFramed: Bool

  /// Makes a tile.
  ///
  /// - Parameters:
  ///   - raster: The picture.
  ///   - name: The name below it.
  ///   - caption: A caption below the name.
  ///   - label: The description for screen readers.
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
