/// Numbers of several subjects side by side: a row per quantity and a dot per subject, on a logarithmic axis.
package struct DotChart: Sendable {
  /// A number with its range.
  package struct Value: Sendable {
    /// The number; one that is not finite or not above 0 is not drawn.
    package var number: Double
    /// The range, drawn as a line; of a single number none is seen.
    package var range: ClosedRange<Double>

    /// Makes a number with its range.
    ///
    /// - Parameters:
    ///   - number: The number.
    ///   - range: The range; nil for the number alone.
    package init(_ number: Double, range: ClosedRange<Double>? = nil) {
      self.number = number
      // A range cannot end at NaN.
      self.range = range ?? (number.isNaN ? 0...0 : number...number)
    }

    var isDrawable: Bool {
      [number, range.lowerBound, range.upperBound].allSatisfy { $0.isFinite && $0 > 0 }
    }
  }

  /// The numbers of one subject.
  package struct Series: Sendable {
    /// Its name in the legend.
    package var name: String
    /// Its color.
    package var paint: Paint
    /// Its numbers, one per row.
    package var values: [Value]

    /// Makes a series.
    ///
    /// - Parameters:
    ///   - name: Its name in the legend.
    ///   - paint: Its color.
    ///   - values: Its numbers, one per row.
    package init(_ name: String, paint: Paint, values: [Value]) {
      self.name = name
      self.paint = paint
      self.values = values
    }
  }

  /// The title above it; may be empty.
  package var title: String
  /// The title of the horizontal axis.
  package var horizontalTitle: String
  /// The names of the rows, from above.
  package var rows: [String]
  /// The subjects.
  package var series: [Series]

  /// Makes a chart.
  ///
  /// - Parameters:
  ///   - title: The title above it; may be empty.
  ///   - horizontalTitle: The title of the horizontal axis.
  ///   - rows: The names of the rows, from above.
  ///   - series: The subjects.
  package init(title: String, horizontalTitle: String, rows: [String], series: [Series]) {
    self.title = title
    self.horizontalTitle = horizontalTitle
    self.rows = rows
    self.series = series
  }

  private static let (titleSize, textSize) = (16.0, 13.0)
  private static let (right, bottom) = (24.0, 56.0)
  private static let (lineHeight, dotHeight, gap) = (20.0, 14.0, 12.0)
  private static let radius = 4.5
  private static let maximumTicks = 9

  /// The picture, as high as its rows need.
  ///
  /// - Parameter width: Its width, in pixels.
  /// - Returns: The picture.
  package func svg(width: Double = 720) -> SVG {
    let legend = legend(width: width)
    let top = (legend.map(\.position.y).max() ?? 0) + 16
    let rowHeight = Self.dotHeight * Double(max(series.count, 1)) + Self.gap
    let bottom = top + rowHeight * Double(rows.count)
    var svg = SVG(width: width, height: bottom + Self.bottom)
    if !title.isEmpty {
      svg.text(
        TextWidth.fitting(title, width: width - 16, size: Self.titleSize, isBold: true),
        at: .init(x: 12, y: 26), size: Self.titleSize, isBold: true)
    }
    for (name, paint, position) in legend { draw(name, paint, at: position, in: &svg) }
    let left = labelWidth(width)
    let axis = LogAxis(range, from: left, to: width - Self.right)
    drawAxis(axis, in: &svg, left: left, top: top, bottom: bottom, width: width)
    for (index, row) in rows.enumerated() {
      let start = top + rowHeight * Double(index)
      svg.text(
        TextWidth.fitting(row, width: left - 24, size: Self.textSize),
        at: .init(x: left - 12, y: start + rowHeight / 2 + 4.5), size: Self.textSize, anchor: .end)
      for (number, series) in series.enumerated() where series.values.indices.contains(index) {
        let y = start + Self.gap / 2 + Self.dotHeight * (Double(number) + 0.5)
        draw(series.values[index], series.paint, y: y, on: axis, in: &svg)
      }
    }
    return svg
  }

  /// The ends of the axis: beyond all numbers and 1, and at least a factor of two apart.
  private var range: ClosedRange<Double> {
    let ranges = series.flatMap(\.values).filter(\.isDrawable).map(\.range)
    let least = ranges.map(\.lowerBound).reduce(1, min)
    let greatest = ranges.map(\.upperBound).reduce(1, max)
    return (least / 1.5)...(greatest * 1.5)
  }

  private func labelWidth(_ width: Double) -> Double {
    let widest = rows.map { TextWidth.width(of: $0, size: Self.textSize) }.max() ?? 0
    return min(widest + 24, 0.45 * width)
  }

  private func drawAxis(
    _ axis: LogAxis, in svg: inout SVG, left: Double, top: Double, bottom: Double, width: Double
  ) {
    let right = width - Self.right
    for tick in ticks(of: axis) {
      let x = axis.position(tick)
      svg.line(.init(x: x, y: top), .init(x: x, y: bottom), .init(tick == 1 ? .faint : .grid))
      svg.text(
        LogAxis.label(tick), at: .init(x: x, y: bottom + 19), size: Self.textSize, fill: .muted,
        anchor: .middle)
    }
    let rowHeight = (bottom - top) / Double(max(rows.count, 1))
    for row in 1..<max(rows.count, 1) {
      let y = top + rowHeight * Double(row)
      svg.line(.init(x: 12, y: y), .init(x: right, y: y), .init(.grid))
    }
    svg.line(.init(x: left, y: bottom), .init(x: right, y: bottom), .init(.muted))
    svg.text(
      horizontalTitle, at: .init(x: (left + right) / 2, y: bottom + 42), size: Self.textSize + 1,
      anchor: .middle)
  }

  /// All ticks; or, if they would touch, the powers of ten.
  private func ticks(of axis: LogAxis) -> [Double] {
    let ticks = axis.ticks
    guard ticks.count > Self.maximumTicks else { return ticks }
    return ticks.filter { LogAxis.label($0).contains("1") }
  }

  private func draw(_ value: Value, _ paint: Paint, y: Double, on axis: LogAxis, in svg: inout SVG) {
    guard value.isDrawable else { return }
    let (low, high) = (axis.position(value.range.lowerBound), axis.position(value.range.upperBound))
    svg.line(.init(x: low, y: y), .init(x: high, y: y), .init(paint, width: 2))
    svg.circle(.init(x: axis.position(value.number), y: y), radius: Self.radius, fill: paint)
  }

  // MARK: The legend

  private func draw(_ name: String, _ paint: Paint, at position: SVG.Point, in svg: inout SVG) {
    svg.circle(.init(x: position.x + Self.radius, y: position.y - 4.5), radius: Self.radius, fill: paint)
    svg.text(name, at: .init(x: position.x + 18, y: position.y), size: Self.textSize)
  }

  /// The names with their colors, on as many lines as they need.
  private func legend(width: Double) -> [(name: String, paint: Paint, position: SVG.Point)] {
    var position = SVG.Point(x: 12, y: title.isEmpty ? 20 : 50)
    return series.map { series in
      let name = TextWidth.fitting(series.name, width: width - 48, size: Self.textSize)
      let needed = 18 + TextWidth.width(of: name, size: Self.textSize) + 20
      if position.x > 12, position.x + needed > width {
        position = .init(x: 12, y: position.y + Self.lineHeight)
      }
      defer { position.x += needed }
      return (name, series.paint, position)
    }
  }
}
