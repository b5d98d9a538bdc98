/// The colors of the numbers in some maps: viridis from 0 on, or blue to red around 0 if there are negative numbers.
package struct ColorScale: Equatable, Sendable {
  /// The largest absolute number, which has the last color.
  package let limit: Double
  /// Whether the scale begins at the negative limit; otherwise it begins at 0.
  package let isSigned: Bool
  /// The opacity of the colors over an image; 1 if there is none below.
  package let opacity: Double

  /// Creates a scale.
  ///
  /// - Parameters:
  ///   - limit: The largest absolute number.
  ///   - isSigned: Whether there are negative numbers.
  ///   - opacity: The opacity of the colors over an image.
  package init(limit: Double, isSigned: Bool, opacity: Double = 1) {
    self.limit = limit
    self.isSigned = isSigned
    self.opacity = opacity
  }

  /// Creates the scale of some maps, common to all.
  ///
  /// - Parameters:
  ///   - planes: The maps.
  ///   - opacity: The opacity of the colors over an image.
  package init(of planes: [Plane], opacity: Double = 1) {
    self.init(
      limit: planes.map(\.largestMagnitude).max() ?? 0,
      isSigned: planes.contains { $0.values.contains { $0 < 0 } }, opacity: opacity)
  }

  /// The color of a number.
  package func color(of number: Double) -> RGB {
    guard number.isFinite else { return .notFinite }
    let share = limit > 0 ? number / limit : 0
    return isSigned
      ? ColorMap.blueToRed.color(at: (share + 1) / 2) : ColorMap.viridis.color(at: share)
  }

  /// The color of a number over a pixel of a gray image, from 0 (dark) to 1.
  package func color(of number: Double, over gray: Double) -> RGB { blended(color(of: number), over: gray) }

  /// Blends a color over a pixel, which is lightened: most images are dark, and would hide the white at 0.
  private func blended(_ color: RGB, over gray: Double) -> RGB {
    color.over(RGB(gray: 1 - Self.contrast * (1 - gray)), opacity: opacity)
  }

  /// The distance of black from white in a lightened image, as a share of the full one.
  private static let contrast = 0.4

  /// The numbers that label a bar of the scale, from left to right.
  package var marks: [Double] { isSigned ? [-limit, 0, limit] : [0, limit] }

  /// The scale as a bar, one pixel high: as over the mean of black and white if the colors are over an image.
  var bar: Raster {
    let width = 256
    return Raster(height: 1, width: width) { _, column in
      let share = Double(column) / Double(width - 1)
      let color = isSigned ? ColorMap.blueToRed.color(at: share) : ColorMap.viridis.color(at: share)
      return blended(color, over: 0.5)
    }
  }
}
