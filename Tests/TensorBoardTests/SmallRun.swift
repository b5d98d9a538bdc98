import Datasets
import Foundation
import Layers
import Networks
import ReferenceBackend
import TestSupport
import Testing
import Training

@testable import TensorBoard

/// A run of milliseconds that is recorded.
struct SmallRun {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Steps of an epoch: 24 images in batches of 4.
  static let stepsPerEpoch = 6

  /// Trains, or resumes.
  ///
  /// - Parameters:
  ///   - epochs: The total number of epochs.
  ///   - interval: Steps from one histogram to the next.
  ///   - limit: Steps after which it is as if the process had been killed: the state is that of two steps before.
  /// - Throws: The errors of the trainer.
  func train(epochs: Int, interval: Int = 2, killedAfter limit: Int? = nil) throws {
    var recipe = Recipe(imageSize: 8, batchSize: 4, epochs: epochs, seed: 1)
    recipe.learningRate.peak = 0.01
    let model = Sequential(Conv2D(4, kernel: 3), ReLU(), GlobalAvgPool2D(), Flatten())
    let labels = (0..<24).map { Int32($0 % 4) }
    let images = try LabeledImages(
      pixels: (0..<24 * 64).map { UInt8($0 * 7 % 251) }, shape: [24, 1, 8, 8], labels: labels,
      classNames: ["a", "b", "c", "d"])
    let run = try RunFolder(folder.path("run"))
    defer { run.release() }
    var state = run.hasState ? try run.newestState().state : TrainingState(recipe: recipe)
    state.recipe = recipe
    let trainer = try Trainer(
      model, state: state, training: images, test: images, backend: Reference(), folder: run,
      interval: .steps(1))
    let writer = TensorBoardWriter(folder: folder.path("run"), histogramInterval: interval) {
      Issue.record("\($0)")
    }
    guard let limit else { return _ = try trainer.run(observers: [writer]) }
    let keeper = StateKeeper(run, step: limit - 1)
    try trainer.run(observers: [writer, keeper]) { trainer.state.step == limit }
    try keeper.restore()
  }

  /// The events of all files, in the order in which TensorBoard reads them.
  func events() throws -> [[Tensorboard_Event]] {
    try folder.names(in: "run").filter { $0.hasPrefix(EventFile.namePrefix) }
      .map { try Self.events(Array(folder.read("run/\($0)"))) }
  }

  private static func events(_ file: [UInt8]) throws -> [Tensorboard_Event] {
    var events: [Tensorboard_Event] = []
    var start = 0
    while start < file.count {
      let length = file[start..<start + 8].reversed().reduce(0) { $0 << 8 | Int($1) }
      let content = Array(file[start + 12..<start + 12 + length])
      // As it is framed, so it is read: both checks are compared.
      #expect(Array(file[start..<start + length + 16]) == EventRecord.framed(content))
      events.append(try Tensorboard_Event(serializedBytes: content))
      start += length + 16
    }
    return events
  }
}

/// Keeps the state that is on disk when a step is done, which is that of the step before.
private final class StateKeeper: TrainingObserver {
  private let folder: RunFolder
  private let step: Int
  private var kept: Data?

  init(_ folder: RunFolder, step: Int) {
    self.folder = folder
    self.step = step
  }

  func didStep(_ progress: StepProgress) {
    guard progress.step == step else { return }
    kept = FileManager.default.contents(atPath: folder.state)
  }

  /// Puts the state back.
  func restore() throws {
    try #require(kept).write(to: URL(fileURLWithPath: folder.state))
  }
}
