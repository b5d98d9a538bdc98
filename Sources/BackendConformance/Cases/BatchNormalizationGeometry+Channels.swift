import Operations

extension BatchNormalizationGeometry {
  /// The channel that an element of N×C×H×W belongs to.
  func channel(of element: Int) -> Int { element / plane.area % channels }

  /// The indices of a channel's elements, in the order n, h, w.
  func positions(ofChannel channel: Int) -> [Int] {
    (0..<valuesPerChannel).map { ($0 / plane.area * channels + channel) * plane.area + $0 % plane.area }
  }
}
