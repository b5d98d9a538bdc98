import Foundation
import Tensors
import TestSupport
import Testing
import Training

@testable import RunReports

@Suite("The files of a run")
struct RunRecordTests {
  @Test("an older version's files have the book's training loss, from their steps")
  func older() throws {
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "old", in: folder)
    let run = try RunRecord(folder.path("old"))
    #expect(run.name == "old" && run.missing.isEmpty)
    // Means of losses 8 and 7, 6 and 5, 4 and 3, 2 and 1, in the middle of two of four steps.
    #expect(run.trainingLosses.map(\.loss) == [7.5, 5.5, 3.5, 1.5])
    #expect(run.trainingLosses.map(\.epochs) == [0.125, 0.625, 1.125, 1.625])
    #expect(run.judgedBy == "test")
    #expect(run.progress == "not finished: 2 of 3 epochs")
  }

  @Test("what a run writes is what is read")
  func present() throws {
    let folder = try TemporaryFolder()
    let trainer = try SampleRun.train(in: folder.path("run"))
    let run = try RunRecord(folder.path("run"))
    #expect(run.missing.isEmpty)
    #expect(run.epochs == trainer.state.history)
    #expect(run.trainingLosses == trainer.state.history.flatMap { $0.bookTrainingLosses ?? [] })
    #expect(run.recipe?.epochs == 2 && run.recipe?.seed == 1)
    #expect(run.history?.rows.map(\.step) == Array(1...12))
    #expect(run.progress == "finished, 2 epochs")
  }

  @Test(
    "each missing file is named, and the others are read",
    arguments: [
      "history.csv", "metrics.json", "recipe.json5",
    ])
  func missing(file: String) throws {
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "old", in: folder, without: [file])
    let run = try RunRecord(folder.path("old"))
    #expect(run.missing.count == 1 && run.missing[0].contains(file))
    #expect((run.history == nil) == (file == "history.csv"))
    #expect((run.metrics == nil) == (file == "metrics.json"))
    #expect((run.recipe == nil) == (file == "recipe.json5"))
  }

  @Test("a damaged file is named, with what is wrong with it")
  func damaged() throws {
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "old", in: folder)
    try folder.write(Data("{\"epochs\": true}".utf8), to: "old/metrics.json")
    try folder.write(Data("a,b\n1,2\n".utf8), to: "old/history.csv")
    let run = try RunRecord(folder.path("old"))
    #expect(run.missing.count == 2)
    #expect(run.epochs.isEmpty && run.trainingLosses.isEmpty)
  }

  @Test(
    "numbers that no run reaches are rejected without a trap",
    arguments: [
      #""epochs": 2"#, #""training_images": 8"#, #"[{"epoch": 1"#, #""epoch": 2, "accuracy""#,
    ])
  func absurd(part: String) throws {
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "old", in: folder)
    let text = String(decoding: try folder.read("old/metrics.json"), as: UTF8.self)
    let number = try #require(part.split { !$0.isNumber }.last)
    for absurd in ["-1", "9223372036854775807"] {
      let damaged = text.replacing(part, with: part.replacing(number, with: absurd), maxReplacements: 1)
      #expect(damaged != text)
      try folder.write(Data(damaged.utf8), to: "old/metrics.json")
      let run = try RunRecord(folder.path("old"))
      #expect(run.metrics == nil && run.missing.count == 1)
      #expect(ParsedMarkup(try RunReport(run).document).problem == nil)
    }
    for row in ["0,1,1,1,1,1,1,1,1", "-9223372036854775808,1,1,1,1,1,1,1,1", "9,1,0,1,1,1,1,1,1"] {
      let history = String(decoding: try folder.read("old/history.csv"), as: UTF8.self)
      try folder.write(Data((history + row + "\n").utf8), to: "old/history.csv")
      #expect(throws: FileError.self) { try RunHistory(path: folder.path("old/history.csv")) }
    }
  }

  @Test("points of the loss that no run reaches are rejected", arguments: ["nan", "inf", "-1", "1e300"])
  func absurdPoint(epochs: String) throws {
    let folder = try TemporaryFolder()
    let columns = "step,epoch,images,training_loss,training_accuracy,book_train_epochs,book_train_loss"
    try folder.write(Data("\(columns)\n1,1,128,2.3,0.1,\(epochs),2.3\n".utf8), to: "history.csv")
    #expect(throws: FileError.self) { try RunHistory(path: folder.path("history.csv")) }
  }

  @Test("a row that is being written does not count")
  func cutRow() throws {
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "old", in: folder)
    let text = try folder.read("old/history.csv")
    try folder.write(text + Data("9,3,2,0.1".utf8), to: "old/history.csv")
    #expect(try RunHistory(path: folder.path("old/history.csv")).rows.count == 8)
  }

  @Test("a folder without any of them is not that of a run")
  func nothing() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileError.self) { try RunRecord(folder.path) }
    #expect(throws: FileError.self) { try RunRecord(folder.path("absent")) }
  }
}
