import TestSupport
import Testing

@testable import Drawing

@Suite("Pictures")
struct SVGTests {
  private func chart(_ points: [(x: Double, y: Double)], name: String = "curve") -> LineChart {
    LineChart(
      title: "title", horizontalTitle: "epoch",
      series: [.init(name, points: points, stroke: .init(.series(0), width: 2))], horizontalRange: 0...4)
  }

  private func curves(_ svg: SVG) -> [ParsedMarkup.Element] {
    let parsed = ParsedMarkup(svg.document)
    #expect(parsed.problem == nil)
    return parsed.elements.filter {
      $0.name == "polyline" && $0.attributes["stroke"] == Paint.series(0).light
    }
  }

  @Test("any text is well-formed and unchanged, except for control characters")
  func escaping() {
    var svg = SVG(width: 10, height: 10)
    svg.text("a<b>&\"c\" 'd' é\u{1F600}", at: .init(x: 0, y: 0), size: 10)
    svg.text("bell \u{7} and \u{FFFF}", at: .init(x: 0, y: 0), size: 10)
    let parsed = ParsedMarkup(svg.document)
    #expect(parsed.problem == nil)
    #expect(parsed.texts(of: "text") == ["a<b>&\"c\" 'd' é\u{1F600}", "bell \u{FFFD} and \u{FFFD}"])
  }

  @Test("a band is a shape between its ends, within the chart")
  func band() {
    var banded = chart([(1, 2), (2, 3)])
    banded.series[0].band = [(1, 1, 3), (2, 2, .nan), (3, -50, 50)]
    banded.verticalRange = 0...5
    let parsed = ParsedMarkup(ChartSheet([banded]).svg.document)
    let shapes = parsed.elements.filter { $0.name == "polygon" }
    #expect(parsed.problem == nil && shapes.count == 1)
    let numbers = shapes[0].attributes["points"]?.split { " ,".contains($0) }.compactMap { Double($0) } ?? []
    #expect(numbers.count == 8)
    #expect(numbers.allSatisfy { (0...720).contains($0) })
    #expect(shapes[0].attributes["fill-opacity"] != nil)
    // A shape needs at least two points.
    banded.series[0].band = [(1, 1, 3)]
    #expect(ParsedMarkup(ChartSheet([banded]).svg.document).elements.allSatisfy { $0.name != "polygon" })
  }

  @Test("each color has one for dark pages, and no font is fetched")
  func dark() {
    var svg = SVG(width: 10, height: 10)
    svg.line(.init(x: 0, y: 0), .init(x: 1, y: 1), .init(.series(1)))
    svg.circle(.init(x: 5, y: 5), radius: 2, fill: .series(2), stroke: .paper)
    let document = svg.document
    #expect(document.contains("@media (prefers-color-scheme: dark)"))
    for paint in [Paint.series(1), .series(2), .paper] {
      #expect(document.contains(paint.light) && document.contains(": \(paint.dark) }"))
    }
    #expect(!document.contains("url(") && !document.contains("@import"))
    #expect(document.components(separatedBy: "http").count == 2, "the name space only")
  }

  @Test("a title is the document's, and a picture of pixels has its label, whatever they say")
  func images() throws {
    var svg = SVG(width: 10, height: 10)
    svg.title = "maps & <filters>"
    svg.image(
      "data:image/png;base64,AA==", at: .init(x: 1, y: 2), width: 3, height: 4.5, label: "a \"bag\"",
      isPixelated: true)
    let parsed = ParsedMarkup(svg.document)
    #expect(parsed.problem == nil)
    #expect(parsed.texts(of: "title") == ["maps & <filters>", "a \"bag\""])
    #expect(parsed.elements[0].attributes["aria-label"] == "maps & <filters>")
    let image = try #require(parsed.elements.first { $0.name == "image" }).attributes
    #expect(["x", "y", "width", "height"].map { image[$0] } == ["1.0", "2.0", "3.0", "4.5"])
    #expect(image["href"] == "data:image/png;base64,AA==" && image["aria-label"] == "a \"bag\"")
    #expect(image["style"]?.contains("pixelated") == true)
  }

  @Test("a line of text is cut if there is no room for it")
  func fitting() {
    #expect(TextWidth.fitting("ankle boot", width: 100, size: 12) == "ankle boot")
    let cut = TextWidth.fitting("ankle boot", width: 50, size: 12)
    #expect(cut == "ankle …" && TextWidth.width(of: cut, size: 12) <= 50)
    #expect(TextWidth.fitting("ankle boot", width: 0, size: 12) == "ank…")
    #expect(TextWidth.fitting("hat", width: 0, size: 12) == "hat")
    // As wide as they are high, and wider in bold.
    #expect(TextWidth.width(of: "運動靴", size: 12) == 36)
    #expect(TextWidth.fitting("WWWWWWWW", width: 100, size: 12, isBold: true).count < 8)
  }

  @Test("a curve has a gap where it is not finite, and a point alone is a dot")
  func gaps() {
    let svg = ChartSheet([chart([(0, 1), (1, 2), (2, .nan), (3, 1), (4, .infinity)])]).svg
    // One in the legend, one of two points.
    #expect(curves(svg).count == 2)
    #expect(ParsedMarkup(svg.document).elements.count { $0.name == "circle" } == 1)
    #expect(!svg.document.contains("nan") && !svg.document.contains("inf"))
  }

  @Test("nothing to draw is drawn as empty axes")
  func empty() {
    let svg = ChartSheet([chart([])]).svg
    #expect(ParsedMarkup(svg.document).problem == nil)
    #expect(ParsedMarkup(ChartSheet([]).svg.document).problem == nil)
  }

  @Test("a curve is drawn at its numbers")
  func positions() throws {
    let line = try #require(curves(ChartSheet([chart([(0, 0), (4, 2)])]).svg).last)
    let points = try #require(line.attributes["points"]).split(separator: " ")
      .map { $0.split(separator: ",").compactMap { Double($0) } }
    // From the corner of the axes, 64 from the left and 52 from the bottom, to the right edge and the top.
    #expect(points[0] == [64, 408])
    #expect(points[1][0] == 704 && points[1][1] < 100)
  }

  @Test("names in the legend are cut if they are too long, and take several lines")
  func legend() {
    var chart = chart([(0, 0)], name: String(repeating: "long ", count: 100))
    chart.series += (0..<20).map { .init("run \($0)", points: [], stroke: .init(.series($0))) }
    let texts = ParsedMarkup(ChartSheet([chart]).svg.document).texts(of: "text")
    #expect(texts.contains { $0.hasSuffix("…") && TextWidth.width(of: $0, size: 10) < 720 })
    #expect(texts.contains("run 19"))
  }
}

extension String {
  fileprivate func components(separatedBy separator: String) -> [Substring] {
    split(separator: separator, omittingEmptySubsequences: false)
  }
}
