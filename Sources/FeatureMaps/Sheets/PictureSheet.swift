/// A picture of many small ones: an SVG file with labels, or the pixels alone.
public struct PictureSheet: Sendable {
  /// The title at the top.
  public var title: String
  /// Notes below the title, one line each.
  public var notes: [String]
  /// The strips, from top to bottom.
  package var strips: [PictureStrip]

  /// Creates a sheet.
  ///
  /// - Parameters:
  ///   - title: The title at the top.
  ///   - notes: Notes below the title, one line each.
  ///   - strips: The strips, from top to bottom.
  package init(_ title: String, notes: [String] = [], strips: [PictureStrip]) {
    self.title = title
    self.notes = notes
    self.strips = strips
  }
}
