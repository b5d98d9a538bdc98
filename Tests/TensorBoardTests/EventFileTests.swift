import Foundation
import Tensors
import TestSupport
import Testing

@testable import TensorBoard

@Suite("Event files")
struct EventFileTests {
  /// The steps and values of a scalar, over all events of some files.
  private func scalars(_ tag: String, _ events: [Tensorboard_Event]) -> [(step: Int, value: Float)] {
    events.flatMap { event in
      event.summary.value.filter { $0.tag == tag }.map { (Int(event.step), $0.simpleValue) }
    }
  }

  @Test("begin with the version and the first step; every step and epoch is recorded")
  func training() throws {
    let run = try SmallRun()
    try run.train(epochs: 2)
    let events = try #require(try run.events().first)
    #expect(events[0].fileVersion == "brain.Event:2")
    #expect(events[1].sessionLog.status == 1 && events[1].step == 1)
    for tag in [
      "loss/training", "accuracy/training", "optimizer/learning_rate", "optimizer/gradient_norm",
      "speed/images_per_second",
    ] {
      #expect(scalars(tag, events).map(\.step) == Array(1...12), "\(tag)")
    }
    #expect(scalars("optimizer/learning_rate", events).allSatisfy { $0.value == 0.01 })
    #expect(scalars("loss/test", events).map(\.step) == [6, 12])
    #expect(scalars("accuracy/test", events).map(\.step) == [6, 12])
    #expect(scalars("loss/validation", events).isEmpty)
    #expect(events.allSatisfy { $0.wallTime > 1.6e9 })
  }

  @Test("contain the recipe as text")
  func recipe() throws {
    let run = try SmallRun()
    try run.train(epochs: 1)
    let values = try run.events().flatMap { $0.flatMap(\.summary.value) }
    let text = try #require(values.first { $0.tag == "recipe" })
    #expect(text.metadata.pluginData.pluginName == "text" && text.tensor.dtype == 7)
    let recipe = String(decoding: text.tensor.stringVal[0], as: UTF8.self)
    #expect(recipe.contains("    learningRate: {peak: 0.01"))
  }

  @Test("a run that was killed and resumed has each step once, from the start of the last file")
  func resumed() throws {
    let run = try SmallRun()
    try run.train(epochs: 2, killedAfter: 9)
    try run.train(epochs: 2)
    let files = try run.events()
    #expect(files.count == 2)
    let first = scalars("loss/training", files[0])
    #expect(first.map(\.step) == Array(1...9))
    let start = try #require(files[1].first { $0.sessionLog.status == 1 }?.step)
    #expect(start == 8)
    let counted = first.filter { $0.step < start } + scalars("loss/training", files[1])
    #expect(counted.map(\.step) == Array(1...12))
    // What is done again gives the same.
    for (step, value) in scalars("loss/training", files[1]) where step <= 9 {
      #expect(first[step - 1].value == value)
    }
  }

  @Test("even a short run has histograms, and the share of its time spent on recording")
  func shortTraining() throws {
    let run = try SmallRun()
    try run.train(epochs: 1, interval: 50)
    let events = try run.events().flatMap(\.self)
    let values = events.flatMap(\.summary.value)
    for kind in ["weights", "gradients"] {
      let histogram = try #require(values.first { $0.tag == "\(kind)/net.0.weight" })
      #expect(histogram.histo.num == 36)
    }
    let shares = scalars("speed/recording_share", events)
    #expect(shares.map(\.step) == [6] && shares.allSatisfy { (0...1).contains($0.value) })
  }

  @Test("a completed run adds no file")
  func complete() throws {
    let run = try SmallRun()
    try run.train(epochs: 1)
    try run.train(epochs: 1)
    #expect(try run.events().count == 1)
  }

  @Test("a new file sorts after the existing ones, whatever their times")
  func order() throws {
    let folder = try TemporaryFolder()
    try folder.write(Data(), to: EventFile.namePrefix + "4102444800.elsewhere")
    let file = try EventFile(in: folder.path, from: 1)
    #expect(file.path.hasSuffix(".nin.\(getpid())") && file.path.contains("4102444801"))
  }

  @Test("a folder that is a file is an error that names it")
  func unwritable() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Data(), to: "file")
    let error = #expect(throws: FileError.self) { try EventFile(in: path, from: 1) }
    #expect(error?.path == path)
  }
}
