import Drawing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Finds positions for labels near their points, so that none covers another or a point.
struct LabelPlacement {
  /// A rectangle.
  struct Box: Equatable {
    var left: Double
    var top: Double
    var width: Double
    var height: Double

    func overlaps(_ other: Box) -> Bool {
      left < other.left + other.width && other.left < left + width && top < other.top + other.height
        && other.top < top + height
    }

    func contains(_ other: Box) -> Bool {
      left <= other.left && top <= other.top && other.left + other.width <= left + width
        && other.top + other.height <= top + height
    }
  }

  private var taken: [Box]
  private let bounds: Box

  /// - Parameters:
  ///   - taken: The boxes that labels must not cover.
  ///   - bounds: The box they must stay in.
  init(taken: [Box], bounds: Box) {
    self.taken = taken
    self.bounds = bounds
  }

  /// Reserves a position for a label: the free one nearest to its point.
  ///
  /// - Parameters:
  ///   - point: The label's point.
  ///   - width: The width of the label.
  ///   - height: The height of the label.
  /// - Returns: Its box; if there is no free position, one next to the point.
  mutating func place(near point: SVG.Point, width: Double, height: Double) -> Box {
    let candidates = stride(from: 6.0, through: 90, by: 6).flatMap { distance in
      (0..<16).map { step -> Box in
        let angle = Double(step) * .pi / 8
        return Box(
          left: point.x + cos(angle) * (distance + width / 2) - width / 2,
          top: point.y - sin(angle) * (distance + height / 2) - height / 2, width: width, height: height)
      }
    }
    let free = candidates.first { box in
      bounds.contains(box) && !taken.contains { $0.overlaps(box) }
    }
    let box = free ?? candidates[0]
    taken.append(box)
    return box
  }
}
