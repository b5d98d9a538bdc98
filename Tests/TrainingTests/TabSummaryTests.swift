import Layers
import Testing
import Training

@Suite("The summary of a tab")
struct TabSummaryTests {
  @Test("is what the framework prints, character for character", arguments: Tab.allCases)
  func text(tab: Tab) throws {
    let summaries: [TabGolden.PrintedSummary] = try TabGolden(tab).value("summaries")
    #expect(summaries.count == 3)
    for printed in summaries {
      let summary = try TabSummary(
        tab, image: [printed.channels, printed.side, printed.side], classes: printed.classes)
      #expect(summary.lines.joined(separator: "\n") == printed.text)
    }
  }

  @Test("has the shapes in which the framework stores kernels", arguments: Tab.allCases)
  func kernels(tab: Tab) throws {
    let stored: [String: [Int]] = try TabGolden(tab).value("shapes")
    let summary = try TabSummary(tab, image: [1, 224, 224], classes: 10)
    let shapes = Dictionary(
      summary.rows.compactMap { row in row.kernelShape.map { (row.name, $0) } }, uniquingKeysWith: { $1 })
    #expect(shapes.count == 12)
    for (name, shape) in shapes {
      let extents = try #require(stored["\(name).weight"])
      #expect(shape == "(\(extents.map(String.init).joined(separator: ", ")))", "\(name)")
    }
  }

  @Test("has the classes of a block's layers", arguments: Tab.allCases)
  func classes(tab: Tab) throws {
    let names: [String] = try TabGolden(tab).value("block")
    let summary = try TabSummary(tab, image: [1, 224, 224], classes: 10)
    #expect(summary.rows.filter { $0.name.hasPrefix("net.0.") }.map(\.className) == names)
  }

  @Test("has the padding in the words of the tab's code")
  func padding() throws {
    let words: [(Tab, [String?])] = [
      (.mxnet, ["0", "2", "1", "0", "0", nil]), (.pytorch, ["0", "2", "1", "0", "0", nil]),
      (.tensorflow, ["valid", "same", "same", "valid", "valid", nil]),
      (.jax, ["(0, 0)", "(2, 2)", "(1, 1)", "SAME", "VALID", "VALID"]),
    ]
    for (tab, expected) in words {
      let rows = try TabSummary(tab, image: [1, 224, 224], classes: 10).rows
      let found = try ["net.0.0", "net.2.0", "net.4.0", "net.0.2", "net.1", "net.8"].map { name in
        try #require(rows.first { $0.name == name }).padding
      }
      #expect(found == expected, "\(tab.rawValue)")
    }
  }

  @Test("of images that the head of the jax tab does not fit is rejected")
  func refusal() {
    #expect(throws: LayerError.self) { try TabSummary(.jax, image: [1, 194, 194], classes: 10) }
    #expect(throws: Never.self) { try TabSummary(.mxnet, image: [1, 67, 67], classes: 10) }
  }
}
