/// A perceptually uniform color map for the numbers from 0 to 1, suitable for color-blind readers.
package struct ColorMap: Equatable, Sendable {
  /// Colors at equal distances, with interpolation between them.
  private let stops: [RGB]

  /// Creates a map from colors at equal distances, at least two.
  init(_ codes: [Int]) {
    stops = codes.map(RGB.init)
  }

  /// Viridis, from dark violet through green to yellow, for amounts.
  ///
  /// By Stéfan van der Walt and Nathaniel Smith (CC0), at eleven points.
  package static let viridis = ColorMap([
    0x440154, 0x482576, 0x414487, 0x35608D, 0x2A788E, 0x21908C, 0x22A884, 0x43BF71, 0x7AD151, 0xBBDF27,
    0xFDE725,
  ])

  /// RdBu reversed, from blue through white at 0 to red, for numbers of both signs.
  ///
  /// This product includes color specifications and designs developed by Cynthia Brewer (http://colorbrewer.org/).
  package static let blueToRed = ColorMap([
    0x053061, 0x2166AC, 0x4393C3, 0x92C5DE, 0xD1E5F0, 0xF7F7F7, 0xFDDBC7, 0xF4A582, 0xD6604D, 0xB2182B,
    0x67001F,
  ])

  /// The color of a number; numbers outside 0…1 have the colors of the ends, and non-finite ones ``RGB/notFinite``.
  package func color(at number: Double) -> RGB {
    guard number.isFinite else { return .notFinite }
    let position = min(max(number, 0), 1) * Double(stops.count - 1)
    let first = min(Int(position), stops.count - 2)
    return stops[first + 1].over(stops[first], opacity: position - Double(first))
  }
}
