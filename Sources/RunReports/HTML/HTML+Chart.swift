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
    let wide = ChartSheet([untitled]).svg.embedded(label: label)
    let narrow = ChartSheet([untitled], chartWidth: 360, chartHeight: 320).svg.embedded(label: label)
    return HTML([
      .element("div", with: ["class": "wide"], [HTML(markup: wide)]),
      .element("div", with: ["class": "narrow"], [HTML(markup: narrow)]),
    ])
  }
}
