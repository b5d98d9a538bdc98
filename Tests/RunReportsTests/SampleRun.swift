import Datasets
import Foundation
import Layers
import Networks
import ReferenceBackend
import TestSupport
import Training

@testable import RunReports

/// Folders of runs: of a run of milliseconds, and written by hand.
enum SampleRun {
  /// Class names that break markup that does not escape them.
  static let names = ["<b>&\"bold\"</b>", "a & b", "it's", "plain"]

  /// Trains on a few images; test images are those of one class fewer, so that there are mistakes.
  @discardableResult
  static func train(
    in path: String, classNames: [String] = names, channels: Int = 1, epochs: Int = 2,
    observers: [any TrainingObserver] = []
  ) throws -> Trainer {
    let recipe = Recipe(imageSize: 8, batchSize: 4, epochs: epochs, seed: 1)
    let classes = classNames.count
    let model = Sequential(Conv2D(classes, kernel: 3), ReLU(), GlobalAvgPool2D(), Flatten())
    let folder = try RunFolder(path)
    defer { folder.release() }
    let images = try Self.images(classNames, channels: channels)
    let trainer = try Trainer(
      model, recipe: recipe, training: images, test: images, backend: Reference(), folder: folder)
    try trainer.run(observers: observers)
    return trainer
  }

  /// Some images of each class.
  static func images(_ classNames: [String], channels: Int = 1, of each: Int = 6) throws -> LabeledImages {
    let count = classNames.count * each
    let pixels = (0..<count * channels * 64).map { UInt8($0 * 31 % 251) }
    return try LabeledImages(
      pixels: pixels, shape: [count, channels, 8, 8],
      labels: (0..<count).map { Int32($0 % classNames.count) },
      classNames: classNames)
  }

  /// The page about a run.
  static func report(_ trainer: Trainer, in path: String) throws -> RunReport {
    let judged = try trainer.images.test.flatMap {
      try JudgedImages($0, name: "test", by: trainer.network, resize: .pillow, batchSize: 4)
    }
    return RunReport(
      try RunRecord(path), network: trainer.description, judged: judged,
      memory: ("training", trainer.network.memory))
  }

  /// Writes the files of a run of two epochs of four steps, as version 0.4 did: without the book's measures.
  static func writeOlder(to name: String, in folder: TemporaryFolder, without missing: [String] = []) throws {
    try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
    let rows = (1...8).map { "\($0),\(($0 + 3) / 4),2,0.1,1.5,\(Double(9 - $0)),0.5,\($0).0,20.0" }
    let history =
      "step,epoch,images,learning_rate,gradient_norm,training_loss,training_accuracy,seconds,images_per_second\n"
      + rows.joined(separator: "\n") + "\n"
    let metrics = """
      {"version": "0.4.0", "epochs": 2, "training_images": 8, "seconds": 8, "images_seen": 16,
       "history": [{"epoch": 1, "training_loss": 6.5, "training_accuracy": 0.5, "test_loss": 4, "test_accuracy": 0.6},
                   {"epoch": 2, "training_loss": 2.5, "training_accuracy": 0.5, "test_loss": 2, "test_accuracy": 0.7}],
       "last": {"epoch": 2, "training_loss": 2.5, "training_accuracy": 0.5, "test_loss": 2, "test_accuracy": 0.7},
       "best": {"epoch": 2, "accuracy": 0.7, "loss": 2}}
      """
    let files = [
      ("history.csv", history), ("metrics.json", metrics), ("recipe.json5", "{batchSize: 2, epochs: 3}"),
    ]
    for (file, content) in files where !missing.contains(file) {
      try folder.write(Data(content.utf8), to: "\(name)/\(file)")
    }
  }
}
