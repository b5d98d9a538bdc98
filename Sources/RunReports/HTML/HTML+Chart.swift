import Drawing

extension HTML {
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
