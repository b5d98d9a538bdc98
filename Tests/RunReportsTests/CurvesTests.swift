import Foundation
import TestSupport
import Testing
import Training

@testable import RunReports

@Suite("curves.svg")
struct CurvesTests {
  @Test("has the book's three curves from 0, over all epochs of the recipe")
  func curves() throws {
    let folder = try TemporaryFolder()
    try SampleRun.writeOlder(to: "old", in: folder)
    let chart = TrainingCurves(try RunRecord(folder.path("old"))).chart
    #expect(chart.series.map(\.name) == ["train loss", "test loss", "test accuracy"])
    #expect(chart.horizontalRange == 0...3 && chart.verticalRange.lowerBound == 0)
    #expect(chart.series[0].points.map(\.y) == [7.5, 5.5, 3.5, 1.5])
    #expect(chart.series[1].points.map(\.x) == [1, 2] && chart.series[2].points.map(\.y) == [0.6, 0.7])
    #expect(Set(chart.series.map(\.stroke.dashes)).count == 3)
  }

  @Test("is written after each epoch, whole and readable by itself")
  func written() throws {
    /// Reads the file as soon as an epoch is complete.
    final class Reader: TrainingObserver {
      let folder: TemporaryFolder
      var documents: [String] = []

      init(_ folder: TemporaryFolder) { self.folder = folder }

      func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) {
        documents.append(
          (try? folder.read("run/curves.svg")).map { String(decoding: $0, as: UTF8.self) } ?? "")
      }
    }
    let folder = try TemporaryFolder()
    let reader = Reader(folder)
    let writer = CurvesWriter(folder: folder.path("run")) { Issue.record("\($0)") }
    try SampleRun.train(in: folder.path("run"), observers: [writer, reader])
    #expect(reader.documents.count == 2 && reader.documents[0] != reader.documents[1])
    for document in reader.documents {
      let parsed = ParsedMarkup(document)
      #expect(parsed.problem == nil)
      let texts = parsed.texts(of: "text")
      for text in ["train loss", "test loss", "test accuracy", "epoch", "0"] {
        #expect(texts.contains(text), "\(text)")
      }
    }
  }

  @Test("a file that cannot be written is reported once, and the run continues")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    var problems: [String] = []
    let writer = CurvesWriter(folder: folder.path("run")) { problems.append($0) }
    // A folder of that name stands for whatever keeps the file from being written.
    let spoiler = Spoiler {
      try? FileManager.default.createDirectory(
        atPath: folder.path("run/curves.svg"), withIntermediateDirectories: true)
    }
    let trainer = try SampleRun.train(in: folder.path("run"), observers: [spoiler, writer])
    #expect(trainer.state.epoch == 2)
    #expect(problems.count == 1 && problems[0].contains("curves.svg"))
  }
}

/// Does something after each step.
private final class Spoiler: TrainingObserver {
  private let body: () -> Void

  init(_ body: @escaping () -> Void) { self.body = body }

  func didStep(_ progress: StepProgress) { body() }
}
