/// Charts side by side in one picture.
package struct ChartSheet: Sendable {
  private let charts: [LineChart]
  private let chartWidth: Double
  private let chartHeight: Double

  /// Creates a sheet.
  ///
  /// - Parameters:
  ///   - charts: The charts, from left to right.
  ///   - chartWidth: The width of each, in pixels.
  ///   - chartHeight: The height of each, in pixels.
  package init(_ charts: [LineChart], chartWidth: Double = 720, chartHeight: Double = 460) {
    self.charts = charts
    self.chartWidth = chartWidth
    self.chartHeight = chartHeight
  }

  /// The picture.
  package var svg: SVG {
    var svg = SVG(width: chartWidth * Double(max(charts.count, 1)), height: chartHeight)
    for (index, chart) in charts.enumerated() {
      svg.shifted(by: .init(x: Double(index) * chartWidth, y: 0)) {
        chart.draw(in: &$0, width: chartWidth, height: chartHeight)
      }
    }
    return svg
  }
}
