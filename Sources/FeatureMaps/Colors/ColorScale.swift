/// The colors of the numbers in some maps: viridis from 0 on, or blue to red around 0 if there are negative numbers.
package struct ColorScale: Equatable, Sendable {
  /// The largest absolute number, which has the last color.
  package let limit: Double
  /// Whether the scale begins at the negative limit; otherwise it begins at 0.
  package let isSigned: Bool

  /// Creates a scale.
  ///
  /// - Parameters:
  ///   - limit: The largest absolute number.
  ///   - isSigned: Whether there are negative numbers.
  package init(limit: Double, isSigned: Bool) {
    self.limit = limit
    self.isSigned = isSigned
  }

  /// Creates the scale of some maps, common to all.
  ///
  /// - Parameter planes: The maps.
  package init(of planes: [Plane]) {
    limit = planes.map(\.largestMagnitude).max() ?? 0
    isSigned = planes.contains { $0.values.contains { $0 < 0 } }
  }

  /// The color of a number.
  package func color(of number: Double) -> RGB {
    guard number.isFinite else { return .notFinite }
    let share = limit > 0 ? number / limit : 0
    return isSigned
      ? ColorMap.blueToRed.color(at: (share + 1) / 2) : ColorMap.viridis.color(at: share)
  }

  /// The numbers that label a bar of the scale, from left to right.
  package var marks: [Double] { isSigned ? [-limit, 0, limit] : [0, limit] }

  /// The scale as a bar, one pixel high.
  var bar: Raster {
    let width = 256
    return Raster(height: 1, width: width) { _, column in
      let share = Double(column) / Double(width - 1)
      return isSigned ? ColorMap.blueToRed.color(at: share) : ColorMap.viridis.color(at: share)
    }
  }
}
