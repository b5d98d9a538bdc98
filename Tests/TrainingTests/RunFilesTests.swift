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

  @Test("have each step once, and each epoch's results at its last step")
  func history() throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    let trainer = try training.trainer()
    try trainer.run(observers: [recorder])
    let rows = try rows(training)
    #expect(rows.map { Int($0[0]) } == (1...21).map { $0 })
    #expect(rows.map { Double($0[5]) } == recorder.losses.map { $0 })
    let results = rows.filter { !$0[9].isEmpty }
    #expect(results.map { Int($0[0]) } == [7, 14, 21])
    #expect(results.map { Double($0[13]) } == trainer.state.history.map(\.testLoss))
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

  /// What a process leaves that is killed later than its last state: rows that the state does not know, the last torn.
  @Test("have each step once when the process was killed", arguments: [2, 9, 14])
  func killed(stepsBeforeKill: Int) throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    try training.trainer(interval: .steps(1)).run(
      observers: [recorder], shouldStop: { recorder.losses.count == stepsBeforeKill })
    let known = try training.bytes(training.folder.history)
    let torn = known + Data("\(stepsBeforeKill + 1),1,4,0.1\n\(stepsBeforeKill + 2),1,4,0.".utf8)
    try torn.write(to: URL(fileURLWithPath: training.folder.history))
    try training.trainer(training.storedState()).run()
    #expect(try rows(training).map { Int($0[0]) } == (1...21).map { $0 })
    #expect(try rows(training).filter { !$0[9].isEmpty }.map { Int($0[0]) } == [7, 14, 21])
  }

  @Test("are those of the whole training when it is killed between state and network")
  func killedBetween() throws {
    let training = try SmallTraining()
    let keeper = FileKeeper(training.folder)
    try training.trainer().run(observers: [keeper])
    let whole = try training.bytes(training.folder.checkpoint)
    // The state after the second epoch, beside the networks of the first.
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
    "fall back to the state before where the newest is damaged, and end with the same bits",
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
    #expect(trainer.findings.damagedState == newest.problem)
    try trainer.run()
    #expect(try training.bytes(training.folder.checkpoint) == whole.bytes(whole.folder.checkpoint))
    #expect(try training.bytes(training.folder.state) == whole.bytes(whole.folder.state))
  }

  @Test("are written so often that a process that is killed loses few steps")
  func interval() throws {
    #expect(!CheckpointInterval.steps(10).isDue(steps: 9, seconds: 1e9, writing: 0))
    #expect(CheckpointInterval.steps(10).isDue(steps: 10, seconds: 0, writing: 100))
    #expect(CheckpointInterval.seconds(60).isDue(steps: 1, seconds: 60, writing: 1))
    #expect(!CheckpointInterval.seconds(60).isDue(steps: 1, seconds: 60, writing: 2))
    #expect(CheckpointInterval.seconds(60).isDue(steps: 1, seconds: 100, writing: 2))
  }
}
