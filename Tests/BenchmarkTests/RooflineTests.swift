import Foundation
import TestSupport
import Testing

@testable import nin_bench

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("The roofline")
struct RooflineTests {
  @Test("the picture is well-formed, with a point for each pass that has products")
  func wellFormed() throws {
    let folder = try TemporaryFolder()
    let report = Samples.report([Samples.measurement(milliseconds: [8], profile: Samples.profile)])
    try RooflineFile.write(report, to: folder.path("roofline.svg"))
    let data = try #require(FileManager.default.contents(atPath: folder.path("roofline.svg")))
    let parser = XMLParser(data: data)
    let texts = TextCollector()
    parser.delegate = texts
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    #expect(texts.all.filter { $0 == "0.0" }.count == 2)
    #expect(texts.all.contains("nin, training at 224×224, batch 128, on A <fast> & good CPU"))
    #expect(texts.all.contains("float32 peak 200 GFLOP/s"))
    #expect(!String(decoding: data, as: UTF8.self).contains("nan"))
  }

  @Test("without profiles there is nothing to draw, and no file")
  func nothing() throws {
    let folder = try TemporaryFolder()
    let report = Samples.report([Samples.measurement(milliseconds: [8])])
    #expect(throws: BenchmarkError.self) { try RooflineFile.write(report, to: folder.path("roofline.svg")) }
    #expect(try folder.names() == [])
  }

  @Test("labels of points in one place cover neither each other nor the points")
  func labels() {
    let marker = LabelPlacement.Box(left: 195, top: 195, width: 10, height: 10)
    let bounds = LabelPlacement.Box(left: 0, top: 0, width: 400, height: 400)
    var placement = LabelPlacement(taken: [marker], bounds: bounds)
    let boxes = (0..<20).map { _ in placement.place(near: .init(x: 200, y: 200), width: 20, height: 10) }
    for (index, box) in boxes.enumerated() {
      #expect(!box.overlaps(marker) && bounds.contains(box))
      #expect(!boxes[..<index].contains { $0.overlaps(box) })
    }
  }

  @Test("equal ratios are equally long on an axis")
  func axis() {
    let axis = LogAxis(1...100, from: 0, to: 200)
    #expect(abs(axis.position(10) - 100) < 1e-9)
    #expect(axis.ticks == [1, 2, 5, 10, 20, 50, 100])
  }
}

/// Collects the texts of a picture.
private final class TextCollector: NSObject, XMLParserDelegate {
  private(set) var all: [String] = []
  private var current = ""

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName qName: String?, attributes: [String: String] = [:]
  ) {
    current = ""
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    current += string
  }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if elementName == "text" { all.append(current) }
  }
}
