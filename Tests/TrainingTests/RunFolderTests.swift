import Foundation
import ReferenceBackend
import Tensors
import Testing
import Training

@Suite("The folder of a run")
struct RunFolderTests {
  private func run(_ training: SmallTraining, seed: UInt64) throws -> Trainer {
    var recipe = SmallTraining.recipe
    recipe.seed = seed
    recipe.epochs = 1
    let trainer = try training.trainer(TrainingState(recipe: recipe))
    try trainer.run()
    return trainer
  }

  private static let complete = [
    "best.safetensors", "checkpoint.safetensors", "history.csv", "metrics.json", "recipe.json5",
    "training-state.previous.safetensors", "training-state.safetensors",
  ]

  private func names(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path).sorted()
  }

  @Test("keeps every earlier run, network and state together")
  func manyRuns() throws {
    let training = try SmallTraining()
    var networks: [Data] = []
    for seed in 1...4 as ClosedRange<UInt64> {
      let trainer = try run(training, seed: seed)
      #expect(trainer.findings.earlierRun == (seed == 1 ? nil : "\(training.folder.earlier)/\(seed - 1)"))
      networks.append(try training.bytes(training.folder.checkpoint))
    }
    #expect(Set(networks).count == 4)
    for number in 1...3 {
      let place = "\(training.folder.earlier)/\(number)"
      #expect(try names(place) == Self.complete)
      #expect(try training.bytes("\(place)/checkpoint.safetensors") == networks[number - 1])
      #expect(try TrainingState(path: "\(place)/training-state.safetensors").recipe.seed == UInt64(number))
    }
  }

  @Test("keeps a network that has no state, and a link")
  func loneNetwork() throws {
    let training = try SmallTraining()
    let elsewhere = training.folder.path + "/weights"
    try Data("trained for weeks".utf8).write(to: URL(fileURLWithPath: elsewhere))
    try FileManager.default.createSymbolicLink(
      atPath: training.folder.checkpoint, withDestinationPath: "weights")
    #expect(try run(training, seed: 1).findings.earlierRun != nil)
    #expect(try training.bytes(elsewhere) == Data("trained for weeks".utf8))
    #expect(
      try FileManager.default.destinationOfSymbolicLink(
        atPath: "\(training.folder.earlier)/1/checkpoint.safetensors") == "weights")
  }

  @Test("keeps what an older version left in earlier, and gaps in the numbers")
  func olderLayout() throws {
    let training = try SmallTraining()
    let earlier = training.folder.earlier
    try FileManager.default.createDirectory(atPath: earlier + "/7", withIntermediateDirectories: true)
    try Data("old".utf8).write(to: URL(fileURLWithPath: earlier + "/checkpoint.safetensors"))
    for seed in 1...2 as ClosedRange<UInt64> { _ = try run(training, seed: seed) }
    #expect(try names(earlier) == ["7", "8", "checkpoint.safetensors"])
    #expect(try training.bytes(earlier + "/checkpoint.safetensors") == Data("old".utf8))
  }

  @Test("keeps a run together whose move was interrupted")
  func interruptedMove() throws {
    let training = try SmallTraining()
    _ = try run(training, seed: 1)
    let gathering = training.folder.earlier + "/incomplete"
    try FileManager.default.createDirectory(atPath: gathering, withIntermediateDirectories: true)
    try FileManager.default.moveItem(
      atPath: training.folder.checkpoint, toPath: gathering + "/checkpoint.safetensors")
    _ = try run(training, seed: 2)
    #expect(try names(training.folder.earlier) == ["1"])
    #expect(
      try names(training.folder.earlier + "/1") == Self.complete)
  }

  @Test("keeps a network that the resumed run has not written", arguments: [2, 9])
  func foreignNetwork(stepsBeforeStop: Int) throws {
    let training = try SmallTraining()
    let recorder = Recorder()
    try training.trainer().run(
      observers: [recorder], shouldStop: { recorder.losses.count == stepsBeforeStop })
    let foreign = Data("another run's".utf8)
    try foreign.write(to: URL(fileURLWithPath: training.folder.checkpoint))
    let resumed = try training.trainer(training.storedState())
    try resumed.run()
    let place = try #require(resumed.findings.foreignCheckpoint)
    #expect(try training.bytes(place + "/checkpoint.safetensors") == foreign)
    #expect(try names(place) == ["checkpoint.safetensors"])
    #expect(try training.trainer(training.storedState()).findings.foreignCheckpoint == nil)
  }

  @Test("gets the network of a complete epoch again, if it is missing")
  func missingNetwork() throws {
    let training = try SmallTraining()
    _ = try run(training, seed: 1)
    let network = try training.bytes(training.folder.checkpoint)
    try FileManager.default.removeItem(atPath: training.folder.checkpoint)
    _ = try training.trainer(training.storedState())
    #expect(try training.bytes(training.folder.checkpoint) == network)
  }

  @Test("continues the numbers in earlier, whatever the names")
  func oddNames() throws {
    let training = try SmallTraining()
    let earlier = training.folder.earlier
    for name in ["9223372036854775807", "-5", "3", "x"] {
      try FileManager.default.createDirectory(atPath: "\(earlier)/\(name)", withIntermediateDirectories: true)
    }
    for seed in 1...2 as ClosedRange<UInt64> { _ = try run(training, seed: seed) }
    #expect(try names(earlier + "/4") == Self.complete)
  }

  @Test("is not written to once another has replaced it")
  func movedFolder() throws {
    let training = try SmallTraining()
    let trainer = try training.trainer()
    let recorder = Recorder()
    let elsewhere = training.folder.path + "-moved"
    defer { try? FileManager.default.removeItem(atPath: elsewhere) }
    #expect(throws: TrainingError.self) {
      try trainer.run(observers: [recorder]) {
        if recorder.losses.count == 1 {
          try? FileManager.default.moveItem(atPath: training.folder.path, toPath: elsewhere)
          try? FileManager.default.createDirectory(
            atPath: training.folder.path, withIntermediateDirectories: true)
        }
        return recorder.losses.count == 2
      }
    }
    training.folder.release()
    #expect(try names(training.folder.path).isEmpty)
  }

  @Test("stays locked although its lock file is removed")
  func removedLockFile() throws {
    let training = try SmallTraining()
    try FileManager.default.removeItem(atPath: training.folder.path + "/.training.lock")
    #expect(throws: TrainingError.folderOpen(path: training.folder.path)) {
      try RunFolder(training.folder.path)
    }
    _ = try run(training, seed: 1)
  }

  @Test("is locked by one run at a time, and released after it and after a crash")
  func lock() throws {
    let training = try SmallTraining()
    #expect(throws: TrainingError.folderOpen(path: training.folder.path)) {
      try RunFolder(training.folder.path)
    }
    training.folder.release()
    // It was made for a run that has written nothing.
    #expect(!RunFolder.exists(training.folder.path))
    try FileManager.default.createDirectory(
      atPath: training.folder.path, withIntermediateDirectories: false)
    // What a crash leaves is a file that nobody holds.
    try Data("process 1 on mars".utf8).write(
      to: URL(fileURLWithPath: training.folder.path + "/.training.lock"))
    let again = try RunFolder(training.folder.path)
    #expect(again.isLocked)
    again.release()
    #expect(try names(training.folder.path).isEmpty)
  }

  @Test("is in use by another process even if that has the same number and the same machine's name")
  func otherProcess() throws {
    let training = try SmallTraining()
    let path = training.folder.path
    let lockFile = path + "/.training.lock"
    let own = String(decoding: try training.bytes(lockFile).dropLast(), as: UTF8.self)
    #expect(own.hasPrefix("process "))
    training.folder.release()
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    for holder in [own, "process 1 on mars, since the landing"] {
      let lock = try FileLock(path: lockFile, holder: holder)
      #expect(throws: TrainingError.folderInUse(path: path, holder: holder)) { try RunFolder(path) }
      lock.release()
      try RunFolder(path).release()
    }
  }

  @Test("is open in this process under each of its paths")
  func otherPath() throws {
    let training = try SmallTraining()
    let link = training.folder.path + "-link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: training.folder.path)
    defer { try? FileManager.default.removeItem(atPath: link) }
    #expect(throws: TrainingError.folderOpen(path: link)) { try RunFolder(link) }
    training.folder.release()
    try FileManager.default.createDirectory(
      atPath: training.folder.path, withIntermediateDirectories: false)
    var again: RunFolder? = try RunFolder(link)
    #expect(again?.isLocked == true)
    #expect(throws: TrainingError.folderOpen(path: training.folder.path)) {
      try RunFolder(training.folder.path)
    }
    // The last reference to it is as good as a release.
    again = nil
    try RunFolder(training.folder.path).release()
  }

  @Test("is not changed by a new or a resumed run once it is released")
  func released() throws {
    let training = try SmallTraining()
    _ = try run(training, seed: 1)
    let state = try training.storedState()
    training.folder.release()
    let files = try names(training.folder.path)
    #expect(files == Self.complete)
    for state in [TrainingState(recipe: SmallTraining.recipe), state] {
      #expect(throws: TrainingError.folderLost(path: training.folder.path)) { try training.trainer(state) }
    }
    #expect(try names(training.folder.path) == files)
  }

  @Test("can be opened again once it is released, and is then not written to by the last training")
  func reopened() throws {
    let training = try SmallTraining()
    let trainer = try training.trainer()
    try trainer.run { true }
    training.folder.release()
    #expect(throws: TrainingError.folderLost(path: training.folder.path)) { try trainer.run() }
    let again = try RunFolder(training.folder.path)
    // A second release must not unlock it.
    training.folder.release()
    #expect(throws: TrainingError.folderOpen(path: training.folder.path)) {
      try RunFolder(training.folder.path)
    }
    again.release()
  }

  @Test("is cleared of the files that a crashed training was writing")
  func abandonedFiles() throws {
    let training = try SmallTraining()
    for name in [".checkpoint.safetensors.4711-0.tmp", ".training-state.safetensors.4711-3.tmp", "notes.txt"]
    {
      try Data("half".utf8).write(to: URL(fileURLWithPath: "\(training.folder.path)/\(name)"))
    }
    training.folder.release()
    try RunFolder(training.folder.path).release()
    #expect(try names(training.folder.path) == ["notes.txt"])
  }
}
