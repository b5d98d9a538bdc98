import NetworkInNetwork
import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The roofline: what each layer and pass reaches, under what the machine allows at its arithmetic intensity.
///
/// After S. Williams, A. Waterman and D. Patterson, "Roofline: an insightful visual performance model for
/// multicore architectures", Communications of the ACM 52 (2009).
struct RooflineDrawing {
  private static let size = (width: 1400.0, height: 900.0)
  private static let plot = LabelPlacement.Box(left: 90, top: 90, width: 1270, height: 720)
  private static let colours = ["#0969da", "#cf5c00", "#1a7f37", "#8250df", "#bf3989", "#6e7781"]
  private static let markerRadius = 4.5

  private let points: [RooflinePoint]
  private let ceilings: Ceilings
  private let title: String
  private let intensities: LogAxis
  private let rates: LogAxis
  private var roofBoxes: [LabelPlacement.Box] = []
  private var svg = SVG(width: size.width, height: size.height)

  /// - Parameters:
  ///   - points: What to draw; at least one.
  ///   - ceilings: The roofs.
  ///   - title: The line above.
  init(_ points: [RooflinePoint], ceilings: Ceilings, title: String) {
    self.points = points
    self.ceilings = ceilings
    self.title = title
    let plot = Self.plot
    let (x, y) = (points.map(\.intensity), points.map(\.rate))
    let peaks = points.compactMap { ceilings.peak($0.precision) }
    intensities = LogAxis(
      min(x.min() ?? 1, 1)...max((x.max() ?? 1) * 1.6, 100), from: plot.left, to: plot.left + plot.width)
    rates = LogAxis(
      (y.min() ?? 1) / 2...(max(peaks.max() ?? 0, y.max() ?? 1) * 2), from: plot.top + plot.height,
      to: plot.top)
  }

  /// The picture.
  func document() -> String {
    var drawing = self
    drawing.drawAxes()
    drawing.drawRoofs()
    drawing.drawPoints()
    drawing.drawLegend()
    return drawing.svg.document
  }

  // MARK: Axes

  private mutating func drawAxes() {
    let (plot, grid, grey) = (Self.plot, "#eaeef2", "#57606a")
    svg.text(title, at: .init(x: plot.left, y: 40), size: 20, isBold: true)
    svg.text(ceilings.summary, at: .init(x: plot.left, y: 66), size: 13, fill: grey)
    for tick in intensities.ticks {
      let x = intensities.position(tick)
      svg.line(.init(x: x, y: plot.top), .init(x: x, y: plot.bottom), stroke: grid)
      svg.text(
        LogAxis.label(tick), at: .init(x: x, y: plot.bottom + 20), size: 12, fill: grey, anchor: .middle)
    }
    for tick in rates.ticks {
      let y = rates.position(tick)
      svg.line(.init(x: plot.left, y: y), .init(x: plot.right, y: y), stroke: grid)
      svg.text(
        LogAxis.label(tick * 1e-9), at: .init(x: plot.left - 10, y: y + 4), size: 12, fill: grey, anchor: .end
      )
    }
    svg.text(
      "operations per byte, every tensor moved once",
      at: .init(x: plot.left + plot.width / 2, y: plot.bottom + 52),
      size: 14, anchor: .middle)
    svg.text(
      "GFLOP/s", at: .init(x: 28, y: plot.top + plot.height / 2), size: 14, anchor: .middle, rotation: -90)
  }

  // MARK: Roofs

  private mutating func drawRoofs() {
    let precisions = Precision.allCases.filter { precision in points.contains { $0.precision == precision } }
    let roofs = precisions.compactMap { precision in ceilings.peak(precision).map { (precision, $0) } }
    let highest = roofs.map(\.1).max() ?? rates.range.upperBound
    drawSlope(upTo: highest)
    for (precision, peak) in roofs {
      let ridge = min(
        max(peak / ceilings.bandwidth, intensities.range.lowerBound), intensities.range.upperBound)
      let start = SVG.Point(x: intensities.position(ridge), y: rates.position(peak))
      svg.line(start, .init(x: Self.plot.right, y: start.y), stroke: "#24292f", width: 2)
      svg.text(
        "\(precision.rawValue) peak \(decimal(peak * 1e-9, places: 0)) GFLOP/s",
        at: .init(x: start.x + 8, y: start.y - 9), size: 13, isBold: true)
      roofBoxes.append(.init(left: start.x, top: start.y - 24, width: 200, height: 24))
      roofBoxes.append(.init(left: start.x, top: start.y - 1, width: Self.plot.right - start.x, height: 2))
    }
  }

  /// The roof of the memory, from the lower or the left edge up to the ridge.
  private mutating func drawSlope(upTo peak: Double) {
    let bandwidth = ceilings.bandwidth
    let first = max(intensities.range.lowerBound, rates.range.lowerBound / bandwidth)
    let ridge = min(peak / bandwidth, intensities.range.upperBound)
    guard first < ridge else { return }
    let start = SVG.Point(x: intensities.position(first), y: rates.position(first * bandwidth))
    let end = SVG.Point(x: intensities.position(ridge), y: rates.position(ridge * bandwidth))
    svg.line(start, end, stroke: "#24292f", width: 2)
    // Along the slope, above it.
    let angle = atan2(end.y - start.y, end.x - start.x) * 180 / .pi
    svg.text(
      "memory \(decimal(bandwidth * 1e-9, places: 1)) GB/s",
      at: .init(x: (start.x + end.x) / 2 - 8, y: (start.y + end.y) / 2 - 10), size: 13, anchor: .middle,
      isBold: true, rotation: angle)
  }

  // MARK: Points

  private mutating func drawPoints() {
    let radius = Self.markerRadius
    let places = points.map {
      SVG.Point(x: intensities.position($0.intensity), y: rates.position($0.rate))
    }
    let markers = places.map {
      LabelPlacement.Box(left: $0.x - radius, top: $0.y - radius, width: 2 * radius, height: 2 * radius)
    }
    var placement = LabelPlacement(taken: markers + roofBoxes + [legendBox], bounds: Self.plot)
    for (point, place) in zip(points, places) {
      let label = point.layer.hasPrefix("net.") ? String(point.layer.dropFirst(4)) : point.layer
      let box = placement.place(near: place, width: Double(label.count) * 5.6, height: 10)
      let centre = SVG.Point(x: box.left + box.width / 2, y: box.top + box.height / 2)
      if abs(centre.x - place.x) > box.width / 2 + 12 || abs(centre.y - place.y) > 20 {
        svg.line(place, centre, stroke: "#d0d7de", width: 0.8)
      }
      svg.text(
        label, at: .init(x: centre.x, y: centre.y + 3.6), size: 10, fill: colour(point.series),
        anchor: .middle)
    }
    for (point, place) in zip(points, places) { drawMarker(point.pass, at: place, colour(point.series)) }
  }

  private mutating func drawMarker(_ pass: String, at place: SVG.Point, _ colour: String) {
    let radius = Self.markerRadius
    switch LayerPass(rawValue: pass) {
    case .inputGradient:
      svg.polygon(
        [(0, -1.2), (1.1, 0.8), (-1.1, 0.8)].map {
          .init(x: place.x + $0.0 * radius, y: place.y + $0.1 * radius)
        },
        fill: colour, stroke: "#ffffff")
    case .weightGradient:
      svg.polygon(
        [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)].map {
          .init(x: place.x + $0.0 * radius, y: place.y + $0.1 * radius)
        }, fill: colour, stroke: "#ffffff")
    default: svg.circle(place, radius: radius, fill: colour, stroke: "#ffffff")
    }
  }

  // MARK: Legend

  private var series: [String] {
    points.map(\.series).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private var passes: [String] {
    LayerPass.allCases.map(\.rawValue).filter { name in points.contains { $0.pass == name } }
  }

  private func colour(_ name: String) -> String {
    Self.colours[(series.firstIndex(of: name) ?? 0) % Self.colours.count]
  }

  private var legendBox: LabelPlacement.Box {
    let height = Double(series.count + passes.count) * 22 + 24
    return .init(
      left: Self.plot.right - 200, top: Self.plot.bottom - height - 14, width: 186, height: height)
  }

  private mutating func drawLegend() {
    let box = legendBox
    svg.polygon(
      [
        .init(x: box.left, y: box.top), .init(x: box.right, y: box.top), .init(x: box.right, y: box.bottom),
        .init(x: box.left, y: box.bottom),
      ], fill: "#ffffff", stroke: "#d0d7de")
    var y = box.top + 24
    for name in series {
      svg.line(
        .init(x: box.left + 12, y: y - 4), .init(x: box.left + 32, y: y - 4), stroke: colour(name), width: 5)
      svg.text(name, at: .init(x: box.left + 44, y: y), size: 13)
      y += 22
    }
    for pass in passes {
      drawMarker(pass, at: .init(x: box.left + 22, y: y - 4), "#57606a")
      svg.text(pass, at: .init(x: box.left + 44, y: y), size: 13)
      y += 22
    }
  }
}

extension LabelPlacement.Box {
  fileprivate var right: Double { left + width }
  fileprivate var bottom: Double { top + height }
}
