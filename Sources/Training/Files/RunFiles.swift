import Datasets
import Networks
import Tensors

/// Writes the files of a run in an order that allows resuming whenever the process is killed.
///
/// The state is written first and has the digests of the networks that follow it. A process that is killed in between
/// leaves the network of the previous epoch, whose digest the state has too; resuming writes the new one from the
/// state. A file with neither digest belongs to another program and is moved away.
final class RunFiles {
  private let folder: RunFolder
  private let description: CheckpointDescription
  private let interval: CheckpointInterval
  private let history: HistoryFile
  private let clock = ContinuousClock()
  private var lastWritten: ContinuousClock.Instant
  private var lastStep: Int
  private var writingSeconds = 0.0

  /// - Parameters:
  ///   - folder: The folder of the files.
  ///   - state: The state at the start.
  ///   - description: The description of the network.
  ///   - interval: The interval at which the state is written within an epoch.
  /// - Throws: `FileError` if the history or the recipe cannot be written.
  init(
    _ folder: RunFolder, _ state: TrainingState, description: CheckpointDescription,
    interval: CheckpointInterval
  ) throws {
    self.folder = folder
    self.description = description
    self.interval = interval
    history = try HistoryFile(folder, upTo: state.step)
    lastWritten = clock.now
    lastStep = state.step
    try writeRecipe(of: state)
  }

  /// Writes the recipe from which training can be repeated.
  private func writeRecipe(of state: TrainingState) throws {
    let text = RecipeFile.text(ofRun: state.completeRecipe, changes: state.changes ?? [])
    try AtomicFile.write(to: folder.recipe) { try $0.write(Array(text.utf8)) }
  }

  /// The new path of another run's history; nil if none was moved.
  var foreignHistory: String? { history.foreignFile }

  /// Whether the history of the run's earlier steps is missing.
  var lacksHistory: Bool { history.isMissing }

  /// The seconds of training that earlier processes took.
  var secondsBefore: Double { history.seconds }

  /// Records a step, and writes the state if it is due.
  func add(_ row: HistoryRow, _ state: TrainingState, _ network: Network) throws {
    try history.add(row)
    let seconds = (clock.now - lastWritten) / .seconds(1)
    guard interval.isDue(steps: state.step - lastStep, seconds: seconds, writing: writingSeconds) else {
      return
    }
    try write(state, network)
  }

  /// Writes the state.
  func write(_ state: TrainingState, _ network: Network) throws {
    try folder.requireHeld()
    let start = clock.now
    try history.flush()
    try folder.replaceState(state.stage(network, for: folder.state))
    lastWritten = clock.now
    lastStep = state.step
    writingSeconds = (lastWritten - start) / .seconds(1)
  }

  /// Writes the rows of a failed run for inspection; resuming truncates those beyond the state.
  ///
  /// - Throws: ``TrainingError`` if the folder no longer belongs to this run; `FileError` if the rows cannot be
  ///   written.
  func keepHistory() throws {
    try folder.requireHeld()
    try history.flush()
  }

  /// Writes everything after an epoch, and records the networks' digests in the state.
  func writeEpoch(_ state: inout TrainingState, _ metrics: RunMetrics, _ network: Network) throws {
    try folder.requireHeld()
    try history.flush(state.history.last)
    let checkpoint = try stageCheckpoint(network, for: folder.checkpoint)
    let best =
      try state.best?.epoch == state.epoch ? stageCheckpoint(network, for: folder.bestCheckpoint) : nil
    state.note(checkpoint: try MD5.hexadecimalDigest(ofFile: checkpoint.temporaryPath))
    try write(state, network)
    try checkpoint.commit()
    try best?.commit()
    try write(metrics)
  }

  /// Writes the results so far.
  func write(_ metrics: RunMetrics) throws {
    try metrics.write(to: folder.metrics)
  }

  /// Writes the networks of the last epoch again if they are missing or the process was killed before it wrote them.
  func restoreCheckpoints(_ state: TrainingState, _ network: Network) throws {
    guard state.epoch > 0, state.batch == 0 else { return }
    if try !holds(folder.checkpoint, state.checkpoint) {
      try stageCheckpoint(network, for: folder.checkpoint).commit()
    }
    if let best = state.best, best.epoch == state.epoch,
      try !holds(folder.bestCheckpoint, state.bestCheckpoint)
    {
      try stageCheckpoint(network, for: folder.bestCheckpoint).commit()
    }
  }

  /// Whether the folder has the network of the best epoch so far.
  func hasBest(of state: TrainingState) -> Bool {
    (try? holds(folder.bestCheckpoint, state.bestCheckpoint)) ?? false
  }

  private func holds(_ path: String, _ digest: String?) throws -> Bool {
    guard RunFolder.isTaken(path) else { return false }
    return try digest.map { try MD5.hexadecimalDigest(ofFile: path) == $0 } ?? true
  }

  private func stageCheckpoint(_ network: Network, for path: String) throws -> StagedFile {
    try network.withAverage { try Checkpoint.stage(network, description: description, for: path) }
  }
}

extension Network {
  /// Calls a function while the parameters are the moving averages, if there are any.
  package func withAverage<Result>(_ body: () throws -> Result) throws -> Result {
    guard options.keepsAverage else { return try body() }
    try exchangeAverage()
    do {
      let result = try body()
      try exchangeAverage()
      return result
    } catch {
      try exchangeAverage()
      throw error
    }
  }
}
