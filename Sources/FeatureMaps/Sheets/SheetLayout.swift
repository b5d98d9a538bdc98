/// Distances and font sizes, in pixels of the SVG file.
enum SheetLayout {
  static let margin = 28.0
  static let tileGap = 12.0
  static let panelGap = 32.0
  static let stripGap = 34.0
  static let headGap = 20.0
  static let (sheetTitle, stripTitle, panelTitle) = (22.0, 16.0, 14.0)
  static let (name, number, text) = (13.0, 11.0, 12.0)
  static let frame = 3.0
  static let (barWidth, barHeight) = (220.0, 10.0)
  /// The line height, in font sizes.
  static let leading = 1.4
  static func height(ofLine size: Double) -> Double { (size * leading).rounded() }
}
