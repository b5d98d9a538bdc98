/// Panels next to each other, such as an image and its maps.
package struct PictureStrip: Sendable {
  /// The title above it; may be empty.
  package var title: String
  /// A note below the title; may be empty.
  package var note: String
  /// The panels, from left to right.
  package var panels: [PicturePanel]

  /// Creates a strip.
  ///
  /// - Parameters:
  ///   - title: The title above it.
  ///   - note: A note below the title.
  ///   - panels: The panels, from left to right.
  package init(_ title: String = "", note: String = "", panels: [PicturePanel]) {
    self.title = title
    self.note = note
    self.panels = panels
  }
}
