import Foundation
import Tensors
import TestSupport
import Testing

@testable import RunReports

@Suite("Comparisons")
struct ComparisonTests {
  private static let book = "epoch,mxnet,jax\n1,.48,.23\n2,.64,\n"

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try SampleRun.train(in: folder.path("new"))
    try SampleRun.writeOlder(to: "old", in: folder)
    try folder.write(Data(Self.book.utf8), to: "book.csv")
    return folder
  }

  @Test("results, differences of recipes, and accuracies after each epoch")
  func tables() throws {
    let folder = try folder()
    let comparison = try RunComparison(["new", "old", "book.csv"].map(folder.path))
    #expect(comparison.compared.map(\.name) == ["new", "old", "book mxnet", "book jax"])
    #expect(comparison.results[1][2...6] == ["2 of 3", "0.700", "2", "0.700", "2.000"])
    #expect(comparison.results[2][3...5] == ["0.640", "2", "0.640"])
    let (names, rows) = comparison.recipeDifferences
    #expect(names == ["new", "old"])
    #expect(rows.contains(["epochs", "2", "3"]) && rows.contains(["batchSize", "4", "2"]))
    #expect(!rows.contains { $0[0] == "weightDecay" })
    let lines = "\(comparison)".split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("accuracy after epoch") })
    #expect(
      lines.contains { $0.split(separator: " ").suffix(2) == ["0.700", "0.640"] }, "jax has no second epoch")
  }

  @Test("two runs of one name, and a run that is given twice, have different names")
  func names() throws {
    let folder = try TemporaryFolder()
    for name in ["a/run", "b/run"] { try SampleRun.writeOlder(to: name, in: folder) }
    let paths = ["a/run", "b/run", "a/run"].map(folder.path)
    #expect(try RunComparison(paths).compared.map(\.name) == paths[..<2] + [paths[0] + " (2)"])
  }

  @Test("runs with nothing yet, and without a recipe")
  func unfinished() throws {
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "begun", in: folder, without: ["metrics.json"])
    try SampleRun.writeOlder(to: "old", in: folder, without: ["recipe.json5"])
    let comparison = try RunComparison(["begun", "old"].map(folder.path))
    #expect(comparison.missing.count == 2 && comparison.missing[0].hasPrefix("begun: "))
    #expect("\(comparison)".contains("0 of 3"))
    try comparison.write(to: folder.path("c.html"))
    #expect(ParsedMarkup(String(decoding: try folder.read("c.html"), as: UTF8.self)).problem == nil)
  }

  @Test("curves of all in one picture, or a page")
  func files() throws {
    let folder = try folder()
    let comparison = try RunComparison(["new", "old", "book.csv"].map(folder.path))
    for name in ["c.svg", "c.html"] {
      try comparison.write(to: folder.path(name))
      let parsed = ParsedMarkup(String(decoding: try folder.read(name), as: UTF8.self))
      #expect(parsed.problem == nil)
      for text in ["new", "old", "book mxnet", "book jax"] {
        #expect(parsed.texts(of: "text").contains(text), "\(text) in \(name)")
      }
    }
    #expect(throws: FileError.self) { try comparison.write(to: folder.path("c.pdf")) }
  }

  @Test(
    "a file that is not a table of accuracies is an error that says where",
    arguments: [
      ("", "epoch,NAME"), ("a,b\n1,2\n", "epoch,NAME"), ("epoch,a\n1\n", "line 2"),
      ("epoch,a\n1,good\n", "line 2"), ("epoch,a\n1,0.5\nnan,0.5\n", "line 3"),
    ])
  func damagedTable(text: String, part: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Data(text.utf8), to: "t.csv")
    let error = #expect(throws: FileError.self) { try RunComparison([folder.path("t.csv")]) }
    #expect(error?.problem.contains(part) == true)
  }

  @Test("many epochs are thinned out, the last is among them")
  func manyEpochs() throws {
    let folder = try TemporaryFolder()
    let rows = (1...300).map { "\($0),\(Double($0) / 300)" }
    try folder.write(Data(("epoch,a\n" + rows.joined(separator: "\n")).utf8), to: "t.csv")
    let text = "\(try RunComparison([folder.path("t.csv")]))"
    #expect(text.split(separator: "\n").count < 40)
    #expect(text.contains("300  1.000"))
  }
}
