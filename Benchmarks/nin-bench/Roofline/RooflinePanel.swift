import Costs
import Drawing
import MachineLimits
import NetworkInNetwork
import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One roofline: the performance of each layer and pass, under the machine's limit at its arithmetic intensity.
///
/// After S. Williams, A. Waterman and D. Patterson, "Roofline: an insightful visual performance model for multicore
/// architectures", Communications of the ACM 52 (2009). A marker's area is the pass's share of the step's time, so that
/// large markers far below the roof are worth working on.
struct RooflinePanel {
  static let size = (width: 1600.0, height: 900.0)
  private static let keyLeft = 1240.0
  /// The ratio of the highest rate to the lowest that is drawn to scale; lower ones are drawn on the edge, with an
  /// arrow.
  private static let rateRange = 500.0
  /// The number of layers that fit into the key, with at most 6 series.
  private static let maximumLayers = 18

  private let group: RooflineGroup
  private let ceilings: Ceilings
  private let intensities: LogAxis
  private let rates: LogAxis
  private let plot = LabelPlacement.Box(left: 90, top: 100, width: 1130, height: 710)
  /// The names of the layers in the key, with what they compute; a layer's number is its index.
  private let layers: [(name: String, title: String)]

  /// - Parameters:
  ///   - group: The points to draw, at least one.
  ///   - ceilings: The roofs.
  init(_ group: RooflineGroup, ceilings: Ceilings) {
    self.group = group
    self.ceilings = ceilings
    let (x, y) = (group.points.map(\.intensity), group.points.map(\.rate))
    let peaks = group.points.compactMap { ceilings.peak($0.precision) }
    let highest = max(peaks.max() ?? 0, y.max() ?? 1)
    intensities = LogAxis(
      min((x.min() ?? 1) / 1.5, 1)...max((x.max() ?? 1) * 2, 100), from: plot.left, to: plot.right)
    let lowest = max(min((y.min() ?? 1) / 2, highest / 20), highest / Self.rateRange)
    rates = LogAxis(lowest...(highest * 1.8), from: plot.bottom, to: plot.top)
    layers = Self.longest(group.points)
  }

  /// The layers that take the largest share of any step, in the model's order.
  private static func longest(_ points: [RooflinePoint]) -> [(name: String, title: String)] {
    let shares = Dictionary(points.map { ($0.layer, $0.share) }, uniquingKeysWith: max)
    let kept = Set(shares.sorted { $0.value > $1.value }.prefix(maximumLayers).map(\.key))
    return points.reduce(into: []) { layers, point in
      guard kept.contains(point.layer), !layers.contains(where: { $0.name == point.layer }) else { return }
      layers.append((point.layer, point.title))
    }
  }

  /// Draws the panel, below a line with the machine.
  func draw(in svg: inout SVG, processor: String) {
    svg.text(group.title, at: .init(x: plot.left, y: 44), size: 24, isBold: true)
    svg.text("\(processor); \(ceilings.summary)", at: .init(x: plot.left, y: 72), size: 14, fill: .muted)
    if group.isDisturbed {
      svg.text(
        "disturbed: see the tables", at: .init(x: plot.right, y: 44), size: 16, fill: .alert, anchor: .end)
    }
    drawAxes(&svg)
    let roofs = drawRoofs(&svg)
    drawPoints(&svg, avoiding: roofs)
    drawKey(&svg)
  }

  // MARK: Axes

  private func drawAxes(_ svg: inout SVG) {
    for tick in intensities.ticks {
      let x = intensities.position(tick)
      svg.line(.init(x: x, y: plot.top), .init(x: x, y: plot.bottom), .init(.grid))
      svg.text(
        LogAxis.label(tick), at: .init(x: x, y: plot.bottom + 22), size: 14, fill: .muted, anchor: .middle)
    }
    for tick in rates.ticks {
      let y = rates.position(tick)
      svg.line(.init(x: plot.left, y: y), .init(x: plot.right, y: y), .init(.grid))
      svg.text(
        LogAxis.label(tick * 1e-9), at: .init(x: plot.left - 10, y: y + 5), size: 14, fill: .muted,
        anchor: .end)
    }
    svg.text(
      "operations per byte: without padding, every tensor moved once",
      at: .init(x: plot.left + plot.width / 2, y: plot.bottom + 54), size: 16, anchor: .middle)
    svg.text(
      "GFLOP/s", at: .init(x: 26, y: plot.top + plot.height / 2), size: 16, anchor: .middle, rotation: -90)
  }

  // MARK: Roofs

  /// Draws the roofs and returns the boxes that labels must not cover.
  private func drawRoofs(_ svg: inout SVG) -> [LabelPlacement.Box] {
    let precisions = Precision.allCases.filter { precision in
      group.points.contains { $0.precision == precision }
    }
    let peaks = precisions.compactMap { precision in ceilings.peak(precision).map { (precision, $0) } }
    drawSlope(&svg, upTo: peaks.map(\.1).max() ?? rates.range.upperBound)
    return peaks.flatMap { precision, peak -> [LabelPlacement.Box] in
      let ridge = min(
        max(peak / ceilings.bandwidth, intensities.range.lowerBound), intensities.range.upperBound)
      let (x, y) = (intensities.position(ridge), rates.position(peak))
      // The slope continues above the lower roofs, so their labels are below them.
      let label = peaks.contains { $0.1 > peak } ? y + 20 : y - 10
      svg.line(.init(x: x, y: y), .init(x: plot.right, y: y), .init(.ink, width: 2.5))
      svg.text(
        "\(precision.rawValue) peak \(decimal(peak * 1e-9, places: 0)) GFLOP/s",
        at: .init(x: x + 8, y: label),
        size: 15, isBold: true)
      return [
        .init(left: x, top: label - 16, width: 220, height: 22),
        .init(left: x, top: y - 2, width: plot.right - x, height: 4),
      ]
    }
  }

  /// The roof of the memory, from the lower or the left edge up to the ridge.
  private func drawSlope(_ svg: inout SVG, upTo peak: Double) {
    let bandwidth = ceilings.bandwidth
    let first = max(intensities.range.lowerBound, rates.range.lowerBound / bandwidth)
    let ridge = min(peak / bandwidth, intensities.range.upperBound)
    guard first < ridge else { return }
    let start = SVG.Point(x: intensities.position(first), y: rates.position(first * bandwidth))
    let end = SVG.Point(x: intensities.position(ridge), y: rates.position(ridge * bandwidth))
    svg.line(start, end, .init(.ink, width: 2.5))
    // Along the slope, above it.
    svg.text(
      "memory \(decimal(bandwidth * 1e-9, places: 1)) GB/s",
      at: .init(x: (start.x + end.x) / 2 - 9, y: (start.y + end.y) / 2 - 9), size: 15, anchor: .middle,
      isBold: true, rotation: atan2(end.y - start.y, end.x - start.x) * 180 / .pi)
  }

  // MARK: Points

  /// Large markers first, so that small ones are on top; a number is inside its marker if there is room.
  private func drawPoints(_ svg: inout SVG, avoiding roofs: [LabelPlacement.Box]) {
    let points = group.points.sorted { $0.share > $1.share }.map { point in
      (point, location(of: point))
    }
    for (point, location) in points {
      drawMarker(&svg, point.pass, at: location, radius: Self.radius(point.share), color(point.series))
    }
    let markers = points.map { point, location in
      Self.box(around: location, radius: min(Self.radius(point.share), 9))
    }
    var placement = LabelPlacement(taken: markers + roofs, bounds: plot)
    for (index, (point, location)) in points.enumerated() {
      guard let number = layers.firstIndex(where: { $0.name == point.layer }) else { continue }
      let isCovered = markers[(index + 1)...].contains { $0.overlaps(Self.box(around: location, radius: 7)) }
      let text = "\(number + 1)" + (isBelow(point) ? "↓" : "")
      if Self.radius(point.share) >= 10, !isCovered {
        svg.text(
          text, at: .init(x: location.x, y: location.y + 4.5), size: 13, fill: .paper,
          anchor: .middle, isBold: true)
        continue
      }
      label(&svg, text, near: location, color(point.series), &placement)
    }
  }

  /// Whether the rate is below the axis.
  private func isBelow(_ point: RooflinePoint) -> Bool { point.rate < rates.range.lowerBound }

  private func location(of point: RooflinePoint) -> SVG.Point {
    let lowest = plot.bottom - Self.radius(point.share)
    return SVG.Point(
      x: intensities.position(point.intensity),
      y: isBelow(point) ? lowest : rates.position(point.rate))
  }

  private func label(
    _ svg: inout SVG, _ text: String, near location: SVG.Point, _ color: Paint,
    _ placement: inout LabelPlacement
  ) {
    let box = placement.place(near: location, width: Double(text.count) * 7.5, height: 11)
    let center = SVG.Point(x: box.left + box.width / 2, y: box.top + box.height / 2)
    if abs(center.x - location.x) > box.width / 2 + 12 || abs(center.y - location.y) > 20 {
      svg.line(location, center, .init(.faint, width: 0.8))
    }
    svg.text(text, at: .init(x: center.x, y: center.y + 4.5), size: 13, fill: color, anchor: .middle)
  }

  private static func radius(_ share: Double) -> Double { max(50 * share.squareRoot(), 3) }

  private static func box(around location: SVG.Point, radius: Double) -> LabelPlacement.Box {
    .init(left: location.x - radius, top: location.y - radius, width: 2 * radius, height: 2 * radius)
  }

  /// A circle, a triangle or a square of the same area.
  private func drawMarker(
    _ svg: inout SVG, _ pass: String, at location: SVG.Point, radius: Double, _ color: Paint
  ) {
    let corners: [(Double, Double)]
    switch LayerPass(rawValue: pass) {
    case .inputGradient: corners = [(0, -1.5), (1.35, 0.85), (-1.35, 0.85)]
    case .weightGradient: corners = [(-0.886, -0.886), (0.886, -0.886), (0.886, 0.886), (-0.886, 0.886)]
    default:
      return svg.circle(location, radius: radius, fill: color, stroke: .paper, opacity: 0.7)
    }
    svg.polygon(
      corners.map { .init(x: location.x + $0.0 * radius, y: location.y + $0.1 * radius) }, fill: color,
      stroke: .paper, opacity: 0.7)
  }

  private func color(_ series: String) -> Paint {
    .series(self.series.firstIndex(of: series) ?? 0)
  }

  private var series: [String] {
    group.points.map(\.series).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  // MARK: Key

  private func drawKey(_ svg: inout SVG) {
    let left = Self.keyLeft
    var y = plot.top + 14
    func heading(_ text: String) {
      svg.text(text, at: .init(x: left, y: y), size: 15, isBold: true)
      y += 24
    }
    for name in series.prefix(Paint.seriesCount) {
      svg.line(.init(x: left, y: y - 5), .init(x: left + 22, y: y - 5), .init(color(name), width: 8))
      svg.text(name, at: .init(x: left + 34, y: y), size: 15)
      y += 22
    }
    y += 8
    for pass in LayerPass.allCases.map(\.rawValue) where group.points.contains(where: { $0.pass == pass }) {
      drawMarker(&svg, pass, at: .init(x: left + 11, y: y - 5), radius: 7, .muted)
      svg.text(pass, at: .init(x: left + 34, y: y), size: 15)
      y += 22
    }
    y += 18
    heading("share of the step's time")
    var x = left + 6
    for share in [0.01, 0.05, 0.2] {
      let radius = Self.radius(share)
      svg.circle(.init(x: x + radius, y: y + 10), radius: radius, fill: .faint)
      svg.text("\(decimal(100 * share, places: 0)) %", at: .init(x: x + 2 * radius + 6, y: y + 15), size: 14)
      x += 2 * radius + 62
    }
    y += 46
    svg.text("below 0.1 %: not drawn; ↓: below the axis", at: .init(x: left, y: y), size: 14, fill: .muted)
    y += 34
    heading("layers")
    for (index, layer) in layers.enumerated() {
      svg.text("\(index + 1)", at: .init(x: left + 20, y: y), size: 14, fill: .muted, anchor: .end)
      svg.text(Names.layer(layer.name, to: 9), at: .init(x: left + 32, y: y), size: 14)
      svg.text(layer.title, at: .init(x: left + 98, y: y), size: 14, fill: .muted)
      y += 21
    }
    let others = Set(group.points.map(\.layer)).count - layers.count
    if others > 0 {
      svg.text("and \(others) more that take less", at: .init(x: left + 32, y: y), size: 14, fill: .muted)
    }
  }
}

extension LabelPlacement.Box {
  fileprivate var right: Double { left + width }
  fileprivate var bottom: Double { top + height }
}
