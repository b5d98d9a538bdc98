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
