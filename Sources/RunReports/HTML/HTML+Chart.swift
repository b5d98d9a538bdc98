import Drawing

extension HTML {
  /// A chart below a heading of the page, drawn once for wide screens and once for narrow ones, where the letters would be
  /// too small.
  ///
  /// - Parameters:
  ///   - chart: The chart, whose own title is omitted.
  ///   - label: The description for screen readers.
  /// - Returns: Both pictures, of which one is shown.
  package static func chart(_ chart: LineChart, label: String) -> HTML {
    var untitled = chart
    untitled.title = ""
    let wide = ChartSheet([untitled]).svg.embedded(label: label)
    let narrow = ChartSheet([untitled], chartWidth: 360, chartHeight: 320).svg.embedded(label: label)
    return HTML([
      .element("div", with: ["class": "wide"], [HTML(markup: wide)]),
      .element("div", with: ["class": "narrow"], [HTML(markup: narrow)]),
    ])
  }
}
