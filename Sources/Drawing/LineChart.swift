/// Curves over a common axis, with a legend.
package struct LineChart: Sendable {
  /// One curve.
  package struct Series: Sendable {
    /// Its name in the legend.
    package var name: String
    /// Its points, in the axes' coordinates; a non-finite one makes a gap.
    package var points: [(x: Double, y: Double)]
    /// Its stroke.
    package var stroke: SVG.Stroke
    /// Whether its points are marked.
    package var isMarked: Bool
    /// The shaded band around it, with a lower and an upper number at each point; empty for none.
    package var band: [(x: Double, lower: Double, upper: Double)]

    /// Creates a curve.
    ///
    /// - Parameters:
    ///   - name: Its name in the legend.
    ///   - points: Its points, in the axes' coordinates.
    ///   - stroke: Its stroke.
    ///   - isMarked: Whether its points are marked.
    ///   - band: The shaded band around it, with a lower and an upper number at each point.
    package init(
      _ name: String, points: [(x: Double, y: Double)], stroke: SVG.Stroke, isMarked: Bool = false,
      band: [(x: Double, lower: Double, upper: Double)] = []
    ) {
      self.name = name
      self.points = points
      self.stroke = stroke
      self.isMarked = isMarked
      self.band = band
    }
  }

  /// The title above it; may be empty.
  package var title: String
  /// The title of the horizontal axis.
  package var horizontalTitle: String
  /// The title of the vertical axis; may be empty.
  package var verticalTitle: String
  /// The curves, the first one drawn first.
  package var series: [Series]
  /// The ends of the horizontal axis.
  package var horizontalRange: ClosedRange<Double>
  /// The ends of the vertical axis.
  package var verticalRange: ClosedRange<Double>

  /// Creates a chart.
  ///
  /// - Parameters:
  ///   - title: The title above it.
  ///   - horizontalTitle: The title of the horizontal axis, which has integer ticks.
  ///   - verticalTitle: The title of the vertical axis.
  ///   - series: The curves.
  ///   - horizontalRange: The ends of the horizontal axis.
  ///   - verticalRange: The ends of the vertical axis; if nil, from 0 to beyond the largest number.
  package init(
    title: String, horizontalTitle: String, verticalTitle: String = "", series: [Series],
    horizontalRange: ClosedRange<Double>, verticalRange: ClosedRange<Double>? = nil
  ) {
    self.title = title
    self.horizontalTitle = horizontalTitle
    self.verticalTitle = verticalTitle
    self.series = series
    self.horizontalRange = horizontalRange
    self.verticalRange =
      verticalRange
      ?? LinearAxis.range(of: series.flatMap { $0.points.map(\.y) }, startsAtZero: true)
  }

  private static let (titleSize, textSize) = (16.0, 13.0)
  private static let lineHeight = 20.0
  private static let (left, right, bottom) = (64.0, 16.0, 52.0)

  /// Draws it at the top left of the picture.
  ///
  /// - Parameters:
  ///   - svg: The picture.
  ///   - width: Its width, in pixels.
  ///   - height: Its height, in pixels.
  package func draw(in svg: inout SVG, width: Double, height: Double) {
    if !title.isEmpty {
      svg.text(
        TextWidth.fitting(title, width: width - 16, size: Self.titleSize, isBold: true),
        at: .init(x: 12, y: 26), size: Self.titleSize, isBold: true)
    }
    let legendBottom = drawLegend(&svg, width: width)
    let frame = (top: legendBottom + 10, bottom: height - Self.bottom, right: width - Self.right)
    let horizontal = LinearAxis(
      horizontalRange, from: Self.left, to: frame.right, intervals: 10, isWhole: true)
    let vertical = LinearAxis(verticalRange, from: frame.bottom, to: frame.top, intervals: 6)
    drawAxes(&svg, horizontal, vertical, top: frame.top, bottom: frame.bottom, right: frame.right)
    for curve in series { drawBand(of: curve, in: &svg, horizontal, vertical) }
    for curve in series { draw(curve, in: &svg, horizontal, vertical) }
  }

  private func drawAxes(
    _ svg: inout SVG, _ horizontal: LinearAxis, _ vertical: LinearAxis, top: Double, bottom: Double,
    right: Double
  ) {
    for tick in vertical.ticks {
      let y = vertical.position(tick)
      svg.line(.init(x: Self.left, y: y), .init(x: right, y: y), .init(.grid))
      svg.text(
        vertical.label(tick), at: .init(x: Self.left - 8, y: y + 4), size: Self.textSize, fill: .muted,
        anchor: .end)
    }
    svg.polyline(
      [.init(x: Self.left, y: top), .init(x: Self.left, y: bottom), .init(x: right, y: bottom)],
      .init(.muted))
    for tick in horizontal.ticks {
      let x = horizontal.position(tick)
      svg.line(.init(x: x, y: bottom), .init(x: x, y: bottom + 4), .init(.muted))
      svg.text(
        horizontal.label(tick), at: .init(x: x, y: bottom + 19), size: Self.textSize, fill: .muted,
        anchor: .middle)
    }
    svg.text(
      horizontalTitle, at: .init(x: (Self.left + right) / 2, y: bottom + 40), size: Self.textSize + 1,
      anchor: .middle)
    guard !verticalTitle.isEmpty else { return }
    svg.text(
      verticalTitle, at: .init(x: 16, y: (top + bottom) / 2), size: Self.textSize + 1, anchor: .middle,
      rotation: -90)
  }

  private func drawBand(
    of curve: Series, in svg: inout SVG, _ horizontal: LinearAxis, _ vertical: LinearAxis
  ) {
    let (lowest, highest) = (verticalRange.lowerBound, verticalRange.upperBound)
    let band = curve.band.filter { $0.x.isFinite && $0.lower.isFinite && $0.upper.isFinite }
    guard band.count > 1 else { return }
    func point(_ x: Double, _ y: Double) -> SVG.Point {
      .init(x: horizontal.position(x), y: vertical.position(min(max(y, lowest), highest)))
    }
    svg.polygon(
      band.map { point($0.x, $0.upper) } + band.reversed().map { point($0.x, $0.lower) },
      fill: curve.stroke.paint, opacity: 0.15)
  }

  private func draw(_ curve: Series, in svg: inout SVG, _ horizontal: LinearAxis, _ vertical: LinearAxis) {
    let positions = curve.points.map { point -> SVG.Point? in
      guard point.x.isFinite, point.y.isFinite, verticalRange.contains(point.y) else { return nil }
      return SVG.Point(x: horizontal.position(point.x), y: vertical.position(point.y))
    }
    for run in positions.split(separator: nil) {
      let points = run.compactMap(\.self)
      if points.count > 1 { svg.polyline(points, curve.stroke) }
      // A single point has no line.
      guard curve.isMarked || points.count == 1 else { continue }
      for point in points {
        svg.circle(point, radius: max(curve.stroke.width, 1.5) + 1, fill: curve.stroke.paint, stroke: .paper)
      }
    }
  }

  /// Draws the legend below the title, on one or more lines, and returns its lower edge.
  private func drawLegend(_ svg: inout SVG, width: Double) -> Double {
    let sample = 34.0
    var position = SVG.Point(x: 12, y: title.isEmpty ? 20 : 50)
    for curve in series {
      let name = TextWidth.fitting(curve.name, width: width - sample - 32, size: Self.textSize)
      let needed = sample + 8 + TextWidth.width(of: name, size: Self.textSize) + 20
      if position.x > 12, position.x + needed > width {
        position = .init(x: 12, y: position.y + Self.lineHeight)
      }
      let y = position.y - 4.5
      svg.line(.init(x: position.x, y: y), .init(x: position.x + sample, y: y), curve.stroke)
      if curve.isMarked {
        svg.circle(
          .init(x: position.x + sample / 2, y: y), radius: max(curve.stroke.width, 1.5) + 1,
          fill: curve.stroke.paint, stroke: .paper)
      }
      svg.text(name, at: .init(x: position.x + sample + 8, y: position.y), size: Self.textSize)
      position.x += needed
    }
    return position.y + 4
  }
}
