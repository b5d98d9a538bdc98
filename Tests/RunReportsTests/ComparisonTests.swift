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
    #expect(comparison.results[1][1...6] == ["nin", "2 of 3", "2", "0.700", "0.700", "2.000"])
    #expect(comparison.results[2][3...5] == ["2", "0.640", "0.640"])
    let records = try ["new", "old"].map { try RunRecord(folder.path($0)) }
    #expect(RunComparison(records).results == Array(comparison.results[..<2]))
    let (names, rows) = comparison.recipeDifferences
    #expect(names == ["new", "old"])
    #expect(rows.contains(["epochs", "2", "3"]) && rows.contains(["batchSize", "4", "2"]))
    #expect(!rows.contains { $0[0] == "weightDecay" })
    let lines = comparison.text().split(separator: "\n")
    #expect(lines.contains { $0.hasPrefix("accuracy after epoch") })
    #expect(
      lines.contains { $0.split(separator: " ").suffix(2) == ["0.700", "0.640"] }, "jax has no second epoch")
  }

  @Test("fits a terminal of any width, with every figure whole", arguments: [40, 60, 80, 120, 200])
  func narrow(width: Int) throws {
    let folder = try folder()
    let comparison = try RunComparison(["new", "old", "book.csv"].map(folder.path))
    let text = comparison.text(width: width)
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= width }, "\(text)")
    let words = Set(text.split { " \n".contains($0) })
    for row in comparison.results {
      for cell in row { #expect(cell.split(separator: " ").allSatisfy(words.contains), "\(cell)") }
    }
    for key in ["epochs", "batchSize"] { #expect(lines.contains { $0.hasPrefix(key) }) }
  }

  @Test("as JSON: results and curves of each, and what differs in the recipes")
  func json() throws {
    let folder = try folder()
    let comparison = try RunComparison(["new", "old", "book.csv"].map(folder.path))
    let encoded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(comparison))
    let object = try #require(encoded as? [String: Any])
    let runs = try #require(object["runs"] as? [[String: Any]])
    #expect(runs.map { $0["name"] as? String } == ["new", "old", "book mxnet", "book jax"])
    let old = runs[1]
    #expect(old["epochs"] as? Int == 2 && old["planned_epochs"] as? Int == 3)
    #expect(old["best_accuracy"] as? Double == 0.7 && old["best_epoch"] as? Int == 2)
    #expect(old["last_loss"] as? Double == 2 && old["training_loss"] as? Double == 2.5)
    let accuracies = try #require(old["accuracies"] as? [[String: Double]])
    #expect(accuracies == [["epoch": 1, "value": 0.6], ["epoch": 2, "value": 0.7]])
    #expect(runs[2]["path"] == nil && runs[3]["epochs"] as? Int == 1)
    let differences = try #require(object["recipe_differences"] as? [[String: Any]])
    let epochs = try #require(differences.first { $0["key"] as? String == "epochs" })
    #expect(epochs["values"] as? [String: String] == ["new": "2", "old": "3"])
    #expect((object["missing"] as? [String])?.isEmpty == true)
  }

  @Test("the best epoch is that of best.safetensors, with its accuracy on the images of the curves")
  func bestEpoch() throws {
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "run", in: folder)
    let metrics = """
      {"epochs": 2, "best": {"epoch": 2, "accuracy": 0.9, "loss": 1}, "history": [
        {"epoch": 1, "training_loss": 2, "training_accuracy": 0.5, "validation_loss": 2, "validation_accuracy": 0.8,
         "test_loss": 2, "test_accuracy": 0.75},
        {"epoch": 2, "training_loss": 1, "training_accuracy": 0.5, "validation_loss": 1, "validation_accuracy": 0.9,
         "test_loss": 1, "test_accuracy": 0.5}]}
      """
    try folder.write(Data(metrics.utf8), to: "run/metrics.json")
    let compared = ComparedRun(try RunRecord(folder.path("run")))
    #expect(compared.bestEpoch == 2 && compared.bestAccuracy == 0.5)
    let unjudged = metrics.replacing("validation_", with: "other_").replacing("test_", with: "another_")
    try folder.write(Data(unjudged.utf8), to: "run/metrics.json")
    let trained = ComparedRun(try RunRecord(folder.path("run")))
    #expect(trained.bestEpoch == 2 && trained.bestAccuracy == nil)
  }

  @Test("runs that a program began show their custom network and functions")
  func customParts() throws {
    let folder = try TemporaryFolder()
    for (name, layers) in [("one", "Sequential(Dense(4))"), ("two", "Sequential(Dense(5))")] {
      try SampleRun.writeOlder(to: name, in: folder)
      let recipe = "{model: 'custom', layers: '\(layers)', loss: 'FocalLoss', transforms: ['Fog'], epochs: 2}"
      try folder.write(Data(recipe.utf8), to: "\(name)/recipe.json5")
    }
    let comparison = try RunComparison(["one", "two"].map(folder.path))
    #expect(comparison.results.map { $0[1] } == Array(repeating: "custom network, FocalLoss, Fog", count: 2))
    let rows = comparison.recipeDifferences.rows
    #expect(rows == [["layers", "\"Sequential(Dense(4))\"", "\"Sequential(Dense(5))\""]])
    let encoded = try JSONSerialization.jsonObject(with: JSONEncoder().encode(comparison))
    let runs = try #require((encoded as? [String: Any])?["runs"] as? [[String: Any]])
    #expect(runs[0]["model"] as? String == "custom network" && runs[0]["loss"] as? String == "FocalLoss")
    #expect(runs[0]["transforms"] as? [String] == ["Fog"] && runs[0]["update_rule"] == nil)
  }

  @Test("two runs of one name, and a run that is given twice, have different names")
  func names() throws {
    let folder = try TemporaryFolder()
    for name in ["a/run", "b/run"] { try SampleRun.writeOlder(to: name, in: folder) }
    let paths = ["a/run", "b/run", "a/run"].map(folder.path)
    #expect(try RunComparison(paths).compared.map(\.name) == paths[..<2] + [paths[0] + " (2)"])
  }

  @Test("of runs that have been read is that of their folders")
  func records() throws {
    let folder = try TemporaryFolder()
    for name in ["a/run", "b/run"] { try SampleRun.writeOlder(to: name, in: folder) }
    let paths = ["a/run", "b/run"].map(folder.path)
    let comparison = RunComparison(try paths.map { try RunRecord($0) })
    #expect(comparison.compared.map(\.name) == paths)
    #expect(try comparison.text() == RunComparison(paths).text())
    #expect(comparison.accuracies.count == 2 && comparison.lastEpoch == 2)
  }

  @Test("runs with nothing yet, and without a recipe")
  func unfinished() throws {
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "begun", in: folder, without: ["metrics.json"])
    try SampleRun.writeOlder(to: "old", in: folder, without: ["recipe.json5"])
    let comparison = try RunComparison(["begun", "old"].map(folder.path))
    #expect(comparison.missing.count == 2 && comparison.missing[0].hasPrefix("begun: "))
    #expect(comparison.text().contains("0 of 3"))
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
    #expect(error?.problem.description.contains(part) == true)
  }

  @Test("many epochs are sampled, including the last")
  func manyEpochs() throws {
    let folder = try TemporaryFolder()
    let rows = (1...300).map { "\($0),\(Double($0) / 300)" }
    try folder.write(Data(("epoch,a\n" + rows.joined(separator: "\n")).utf8), to: "t.csv")
    let text = try RunComparison([folder.path("t.csv")]).text()
    #expect(text.split(separator: "\n").count < 40)
    #expect(text.contains("300  1.000"))
  }
}
