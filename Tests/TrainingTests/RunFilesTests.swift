import Backends
import Foundation
import ReferenceBackend
import Tensors
import Testing
import Training

@Suite("The files of a run")
struct RunFilesTests {
  /// The rows of the history, without its header, cell by cell.
  private func rows(_ training: SmallTraining) throws -> [[String]] {
    let text = String(decoding: try training.bytes(training.folder.history), as: UTF8.self)
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(lines.allSatisfy { $0.count == lines[0].count })
    return Array(lines.dropFirst())
  }

  /// The cells of a column.
  private func column(_ name: String, of training: SmallTraining) throws -> [String] {
    let text = String(decoding: try training.bytes(training.folder.history), as: UTF8.self)
    let header = try #require(text.split(separator: "\n").first).split(separator: ",")
    let index = try #require(header.firstIndex(of: Substring(name)))
    return try rows(training).map { $0[index] }
  }

  /// The steps with a cell of a column that is not empty.
  private func steps(with name: String, of training: SmallTraining) throws -> [Int] {
    try column(name, of: training).enumerated().filter { !$0.element.isEmpty }.map { $0.offset + 1 }
  }

  @Test("have each step once, and each epoch's results at its last step")
  func history() throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    let trainer = try training.trainer()
    try trainer.run(observers: [recorder])
    let rows = try rows(training)
    #expect(rows.map { Int($0[0]) } == (1...21).map { $0 })
    #expect(rows.map { Double($0[5]) } == recorder.losses.map { $0 })
    #expect(try steps(with: "epoch_training_loss", of: training) == [7, 14, 21])
    let tests = try column("test_loss", of: training).compactMap(Double.init)
    #expect(tests == trainer.state.history.map(\.testLoss))
    #expect(
      rows.map { Double($0[3]) }
        == (0..<21).map {
          trainer.state.recipe.learningRate.rate(step: $0, epochs: 3, stepsPerEpoch: 7)
        })
    let json = try JSONSerialization.jsonObject(with: training.bytes(training.folder.metrics))
    let metrics = try #require(json as? [String: Any])
    #expect(metrics["epochs"] as? Int == 3 && metrics["images_seen"] as? Int == 78)
    #expect(metrics["backend"] as? String == "reference" && metrics["processor"] is String)
  }

  /// The rows of a process that is killed after its last state: unknown to the state, the last one truncated.
  @Test("have each step once when the process was killed", arguments: [2, 9, 14])
  func killed(stepsBeforeKill: Int) throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    try training.trainer(interval: .steps(1)).run(
      observers: [recorder], shouldStop: { recorder.losses.count == stepsBeforeKill })
    let known = try training.bytes(training.folder.history)
    // The last known row may be torn too, if its epoch's results were being written.
    let torn =
      known.dropLast(stepsBeforeKill == 14 ? 3 : 0)
      + (stepsBeforeKill == 14
        ? Data() : Data("\(stepsBeforeKill + 1),1,4,0.1\n\(stepsBeforeKill + 2),1,4,0.".utf8))
    try torn.write(to: URL(fileURLWithPath: training.folder.history))
    try training.trainer(training.storedState()).run()
    #expect(try rows(training).map { Int($0[0]) } == (1...21).map { $0 })
    #expect(try steps(with: "epoch_training_loss", of: training) == [7, 14, 21])
    #expect(try steps(with: "book_train_loss", of: training) == [3, 6, 9, 12, 15, 18, 21])
  }

  @Test(
    "have the book's measures: training losses of half epochs, and unweighted means over the test's batches")
  func bookMeasures() throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    let trainer = try training.trainer()
    try trainer.run(observers: [recorder])
    // Seven batches an epoch make points of three, which cross the epochs' ends.
    let points = trainer.state.history.compactMap(\.bookTrainingLosses)
    #expect(points.map(\.count) == [2, 2, 3])
    for (index, point) in points.joined().enumerated() {
      let batches = recorder.losses[3 * index..<3 * index + 3]
      #expect(abs(point.loss - batches.reduce(0, +) / 3) < 1e-12)
      #expect(abs(point.epochs - Double(3 * index + 1) / 7) < 1e-12)
    }
    let last = try #require(trainer.state.history.last)
    let scores = try stride(from: 0, to: 26, by: 4).map { start in
      try evaluate(trainer.network, on: training.images.selecting(Array(start..<min(start + 4, 26))))
    }
    #expect(last.bookValidationLoss == scores.map(\.loss).reduce(0, +) / 7)
    #expect(last.bookValidationAccuracy == scores.map(\.accuracy).reduce(0, +) / 7)
    #expect(last.bookValidationAccuracy != last.testAccuracy)
    #expect(
      try column("book_val_acc", of: training).compactMap(Double.init).last == last.bookValidationAccuracy)
    #expect(
      try column("book_train_loss", of: training).compactMap(Double.init) == points.joined().map(\.loss))
    let json = try JSONSerialization.jsonObject(with: training.bytes(training.folder.metrics))
    let metrics = try #require((json as? [String: Any])?["last"] as? [String: Any])
    #expect(metrics["book_validation_accuracy"] as? Double == last.bookValidationAccuracy)
    #expect((metrics["book_training_losses"] as? [Any])?.count == 3)
  }

  /// The columns that versions had which did not measure as the book does.
  private static let olderColumns = [
    "step", "epoch", "images", "learning_rate", "gradient_norm", "training_loss", "training_accuracy",
    "seconds",
    "images_per_second", "epoch_training_loss", "epoch_training_accuracy", "validation_loss",
    "validation_accuracy",
    "test_loss", "test_accuracy", "average_validation_loss", "average_validation_accuracy",
    "average_test_loss",
    "average_test_accuracy",
  ]

  @Test("of an older version are continued with today's columns", arguments: [8, 14])
  func olderHistory(stepsBeforeStop: Int) throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    try training.trainer(interval: .steps(1)).run(
      observers: [recorder], shouldStop: { recorder.losses.count == stepsBeforeStop })
    let columns = try Self.olderColumns.map { try column($0, of: training) }
    let rows = (0..<stepsBeforeStop).map { step in columns.map { $0[step] }.joined(separator: ",") }
    let older = ([Self.olderColumns.joined(separator: ",")] + rows).joined(separator: "\n") + "\n"
    try Data(older.utf8).write(to: URL(fileURLWithPath: training.folder.history))
    let trainer = try training.trainer(training.storedState())
    #expect(trainer.findings.foreignHistory == nil)
    try trainer.run()
    #expect(try steps(with: "epoch_training_loss", of: training) == [7, 14, 21])
    #expect(
      try column("test_loss", of: training).compactMap(Double.init) == trainer.state.history.map(\.testLoss))
    #expect(
      try steps(with: "book_train_loss", of: training)
        == (1...7).map { $0 * 3 }.filter { $0 > stepsBeforeStop })
  }

  @Test("are those of the whole run when it is killed between state and network")
  func killedBetween() throws {
    let training = try SmallTraining()
    let keeper = FileKeeper(training.folder)
    try training.trainer().run(observers: [keeper])
    let whole = try training.bytes(training.folder.checkpoint)
    // The state after the second epoch, next to the networks of the first.
    try keeper.put(state: 1, checkpoint: 0)
    let state = try training.storedState()
    #expect(state.epoch == 2)
    let resumed = try training.trainer(state)
    #expect(resumed.findings.foreignCheckpoint == nil)
    #expect(try training.bytes(training.folder.checkpoint) == keeper.checkpoints[1])
    try resumed.run()
    #expect(try training.bytes(training.folder.checkpoint) == whole)
  }

  /// Keeps what the folder has after each epoch.
  private final class FileKeeper: TrainingObserver {
    private let folder: RunFolder
    private(set) var states: [Data] = []
    private(set) var checkpoints: [Data] = []

    init(_ folder: RunFolder) { self.folder = folder }

    func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) {
      states.append(FileManager.default.contents(atPath: folder.state) ?? Data())
      checkpoints.append(FileManager.default.contents(atPath: folder.checkpoint) ?? Data())
    }

    func put(state: Int, checkpoint: Int) throws {
      try states[state].write(to: URL(fileURLWithPath: folder.state))
      for path in [folder.checkpoint, folder.bestCheckpoint] {
        try checkpoints[checkpoint].write(to: URL(fileURLWithPath: path))
      }
    }
  }

  @Test(
    "fall back to the previous state if the newest is damaged, and end with the same bits",
    arguments: [
      "cut", "flipped", "gone",
    ])
  func damaged(how: String) throws {
    let whole = try SmallTraining()
    try whole.trainer().run()
    let training = try SmallTraining()
    let recorder = Recorder()
    try training.trainer(interval: .steps(4)).run(
      observers: [recorder], shouldStop: { recorder.losses.count == 10 })
    var bytes = try training.bytes(training.folder.state)
    switch how {
    case "cut": bytes = bytes.prefix(bytes.count / 2)
    case "flipped": bytes[bytes.count - 9] ^= 4
    default: try FileManager.default.removeItem(atPath: training.folder.state)
    }
    if how != "gone" { try bytes.write(to: URL(fileURLWithPath: training.folder.state)) }
    let newest = try training.folder.newestState()
    #expect(newest.state.step == 7 && newest.path == training.folder.previousState)
    #expect((newest.problem == nil) == (how == "gone"))
    let trainer = try training.trainer(newest.state)
    #expect(trainer.findings.damagedState == newest.problem && trainer.findings.foreignCheckpoint == nil)
    let damaged = "\(training.folder.earlier)/1/training-state.safetensors"
    #expect(how == "gone" || (try? training.bytes(damaged)) == bytes)
    try trainer.run()
    #expect(try training.bytes(training.folder.checkpoint) == whole.bytes(whole.folder.checkpoint))
    #expect(try training.bytes(training.folder.state) == whole.bytes(whole.folder.state))
  }

  @Test("that are both damaged are rejected, and both are named")
  func bothDamaged() throws {
    let training = try SmallTraining()
    try training.trainer().run()
    for path in [training.folder.state, training.folder.previousState] {
      try training.bytes(path).dropLast(7).write(to: URL(fileURLWithPath: path))
    }
    let error = #expect(throws: TrainingError.self) { try training.folder.newestState() }
    #expect(error?.description.contains(training.folder.previousState) == true)
  }

  @Test(
    "are not taken for those of another run, whose history is kept",
    arguments: ["edited", "CRLF", "gone"])
  func foreignHistory(how: String) throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    try training.trainer().run(observers: [recorder], shouldStop: { recorder.losses.count == 9 })
    var text = String(decoding: try training.bytes(training.folder.history), as: UTF8.self)
    switch how {
    case "edited": text = text.replacing("\n3,", with: "\nthird,")
    case "CRLF": text = text.replacing("\n", with: "\r\n")
    default: try FileManager.default.removeItem(atPath: training.folder.history)
    }
    if how != "gone" { try Data(text.utf8).write(to: URL(fileURLWithPath: training.folder.history)) }
    let trainer = try training.trainer(training.storedState())
    try trainer.run()
    #expect((trainer.findings.foreignHistory == nil) == (how == "gone"))
    #expect(trainer.findings.lacksHistory == (how == "gone"))
    if let place = trainer.findings.foreignHistory {
      #expect(try training.bytes(place + "/history.csv") == Data(text.utf8))
    }
    #expect(try rows(training).map { Int($0[0]) } == (10...21).map { $0 })
    // What is there now is this run's.
    let findings = try training.trainer(training.storedState()).findings
    #expect(findings.foreignHistory == nil && !findings.lacksHistory)
  }

  @Test("have the metrics of the last epoch, though the process was killed before they were written")
  func lateMetrics() throws {
    let training = try SmallTraining()
    try training.trainer().run()
    try Data("{}".utf8).write(to: URL(fileURLWithPath: training.folder.metrics))
    _ = try training.trainer(training.storedState())
    let metrics = String(decoding: try training.bytes(training.folder.metrics), as: UTF8.self)
    #expect(metrics.contains("\"epochs\" : 3"))
  }

  @Test("have versions, machine and images from the start, before an epoch is complete")
  func metricsOfTheStart() throws {
    let training = try SmallTraining()
    let trainer = try training.trainer()
    let started = try RunMetrics(path: training.folder.metrics)
    #expect(started.version != nil && started.backend == "reference" && started.data?.test != nil)
    #expect(started.epochs == 0 && started.steps == 0 && started.imagesSeen == 0 && started.last == nil)
    #expect(started.imagesPerSecond == nil && started.best == nil && started.history.isEmpty)
    let recorder = Recorder()
    try trainer.run(observers: [recorder], shouldStop: { recorder.losses.count == 2 })
    let stopped = try RunMetrics(path: training.folder.metrics)
    #expect(stopped.epochs == 0 && stopped.steps == 2 && stopped.imagesSeen == 8)
    // As a version that wrote it only after an epoch left it.
    try FileManager.default.removeItem(atPath: training.folder.metrics)
    _ = try training.trainer(training.storedState())
    #expect(try RunMetrics(path: training.folder.metrics).imagesSeen == 8)
  }

  @Test("do not have the network of the best epoch if it is gone or another's", arguments: [true, false])
  func missingBest(isForeign: Bool) throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    try training.trainer().run(observers: [recorder], shouldStop: { recorder.losses.count == 9 })
    #expect(try training.trainer(training.storedState()).findings.missingBestEpoch == nil)
    if isForeign {
      try Data("another".utf8).write(to: URL(fileURLWithPath: training.folder.bestCheckpoint))
    } else {
      try FileManager.default.removeItem(atPath: training.folder.bestCheckpoint)
    }
    #expect(try training.trainer(training.storedState()).findings.missingBestEpoch == 1)
  }

  @Test("are written so often that a killed process loses few steps")
  func interval() throws {
    #expect(!CheckpointInterval.steps(10).isDue(steps: 9, seconds: 1e9, writing: 0))
    #expect(CheckpointInterval.steps(10).isDue(steps: 10, seconds: 0, writing: 100))
    #expect(CheckpointInterval.seconds(60).isDue(steps: 1, seconds: 60, writing: 1))
    #expect(!CheckpointInterval.seconds(60).isDue(steps: 1, seconds: 60, writing: 2))
    #expect(CheckpointInterval.seconds(60).isDue(steps: 1, seconds: 100, writing: 2))
  }
}
