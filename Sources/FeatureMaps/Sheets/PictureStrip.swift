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
