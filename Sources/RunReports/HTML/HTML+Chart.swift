import Drawing

extension HTML {
  /// A curve of a chart.
  public struct Curve: Sendable {
    /// Its name in the legend.
    public var name: String
    /// Its points; a non-finite number leaves a gap.
    public var points: [(x: Double, y: Double)]

    /// Creates a curve.
    ///
    /// - Parameters:
    ///   - name: Its name in the legend.
    ///   - points: Its points, in the order in which they are connected.
    public init(_ name: String, points: [(x: Double, y: Double)]) {
      self.name = name
      self.points = points
    }
  }

  /// A chart of curves, each in its own color, with axes that begin at 0.
  ///
  /// - Parameters:
  ///   - curves: The curves, in the order of the legend.
  ///   - horizontalTitle: The title of the horizontal axis, which has integer ticks, as for epochs.
  ///   - verticalTitle: The title of the vertical axis; may be empty.
  ///   - label: The description for screen readers.
  /// - Returns: The chart.
  public static func chart(
    _ curves: [Curve], horizontalTitle: String, verticalTitle: String = "", label: String
  ) -> HTML {
    let range = LinearAxis.range(of: curves.flatMap { $0.points.map(\.x) }, startsAtZero: true)
    let series = curves.enumerated().map { index, curve in
      LineChart.Series(
        curve.name, points: curve.points.map { (range.contains($0.x) ? $0.x : .nan, $0.y) },
        stroke: .series(index), isMarked: true)
    }
    return chart(
      LineChart(
        title: "", horizontalTitle: horizontalTitle, verticalTitle: verticalTitle, series: series,
        horizontalRange: range),
      label: label)
  }

  /// A chart below a heading of the page, drawn twice: for wide screens, and for narrow ones with larger letters.
  ///
  /// - Parameters:
  ///   - chart: The chart, whose own title is omitted.
  ///   - label: The description for screen readers.
  /// - Returns: Both pictures, one of which is shown.
  package static func chart(_ chart: LineChart, label: String) -> HTML {
    var untitled = chart
    untitled.title = ""
    return pictures(
      wide: ChartSheet([untitled]).svg,
      narrow: ChartSheet([untitled], chartWidth: 360, chartHeight: 320).svg, label: label)
  }

  /// A chart of dots, likewise.
  ///
  /// - Parameters:
  ///   - chart: The chart, whose own title is omitted.
  ///   - label: The description for screen readers.
  /// - Returns: Both pictures, of which one is shown.
  package static func chart(_ chart: DotChart, label: String) -> HTML {
    var untitled = chart
    untitled.title = ""
    return pictures(wide: untitled.svg(), narrow: untitled.svg(width: 360), label: label)
  }

  private static func pictures(wide: SVG, narrow: SVG, label: String) -> HTML {
    HTML([
      .element("div", with: ["class": "wide"], [HTML(markup: wide.embedded(label: label))]),
      .element("div", with: ["class": "narrow"], [HTML(markup: narrow.embedded(label: label))]),
    ])
  }
}
