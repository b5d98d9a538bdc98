import TestSupport
import Testing

@testable import Drawing

@Suite("Charts of dots")
struct DotChartTests {
  private func chart(_ values: [[DotChart.Value]]) -> DotChart {
    DotChart(
      title: "title", horizontalTitle: "times", rows: (0..<(values.first?.count ?? 0)).map { "row \($0)" },
      series: values.enumerated().map { .init("series \($0)", paint: .series($0), values: $1) })
  }

  /// The dots of a series, without that of the legend.
  private func dots(_ chart: DotChart, series: Int) -> [(x: Double, y: Double)] {
    let parsed = ParsedMarkup(chart.svg().document)
    #expect(parsed.problem == nil)
    let dots = parsed.elements.filter {
      $0.name == "circle" && $0.attributes["fill"] == Paint.series(series).light
    }
    return dots.dropFirst().compactMap { dot in
      dot.attributes["cx"].flatMap(Double.init).flatMap { x in
        dot.attributes["cy"].flatMap(Double.init).map { (x, $0) }
      }
    }
  }

  @Test("have equal distances for equal ratios, and a row for each number")
  func positions() {
    let chart = chart([[.init(1), .init(10), .init(100)], [.init(2), .init(2), .init(2)]])
    let (first, second) = (dots(chart, series: 0), dots(chart, series: 1))
    #expect(first.count == 3 && second.count == 3)
    #expect(abs((first[1].x - first[0].x) - (first[2].x - first[1].x)) < 0.3)
    #expect(second.allSatisfy { $0.x == second[0].x && first[0].x < $0.x && $0.x < first[1].x })
    #expect(Set((first + second).map(\.y)).count == 6)
  }

  @Test("have all dots and ranges within the picture", arguments: [360.0, 720])
  func within(width: Double) {
    let wide = DotChart.Value(3, range: 0.001...5000)
    let parsed = ParsedMarkup(chart([[wide], [.init(1)]]).svg(width: width).document)
    #expect(parsed.elements.count { $0.name == "polyline" } > 4)
    for line in parsed.elements where line.name == "polyline" {
      let numbers =
        line.attributes["points"]?.split { " ,".contains($0) }.compactMap { Double($0) } ?? []
      #expect(numbers.count == 4)
      for x in stride(from: 0, to: numbers.count, by: 2).map({ numbers[$0] }) { #expect(0...width ~= x) }
    }
    // Only powers of ten, since there would be too many ticks.
    let texts = parsed.texts(of: "text")
    #expect(texts.contains("0.001") && texts.contains("1,000") && !texts.contains("2"))
  }

  @Test("omit numbers that a logarithmic axis does not have")
  func undrawable() {
    let chart = chart([[.init(0), .init(-1), .init(.infinity), .init(.nan), .init(1)]])
    #expect(dots(chart, series: 0).count == 1)
    #expect(dots(self.chart([]), series: 0).isEmpty)
  }
}
