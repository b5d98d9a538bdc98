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
