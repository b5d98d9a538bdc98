import Layers
import Tensors
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The files of a training run, complete or not, of this version or an older one.
public struct RunRecord: Sendable {
  /// The folder.
  public let path: String
  /// The folder's name.
  public let name: String
  /// The recipe; nil if the file is missing or cannot be read.
  public let recipe: Recipe?
  /// The results after the last complete epoch; nil if the file is missing or cannot be read.
  public let metrics: RunMetrics?
  /// The steps; nil if the file is missing or cannot be read.
  public let history: RunHistory?
  /// The missing parts, one sentence each.
  public let missing: [String]

  /// Reads a folder.
  ///
  /// - Parameter path: The folder.
  /// - Throws: `FileError` if it is not a folder, or has no files of a training run.
  public init(_ path: String) throws {
    guard RunFolder.exists(path) else {
      let isFile = FileManager.default.fileExists(atPath: path)
      throw FileError(
        path: path,
        problem: isFile
          ? .unsupported(reason: "is not the folder of a run") : .missing(reason: "does not exist"))
    }
    self.path = path
    name = Self.name(of: path)
    var problems: [String] = []
    func read<Value>(_ what: String, _ body: () throws -> Value) -> Value? {
      do {
        return try body()
      } catch {
        problems.append("\(what): \(error).")
        return nil
      }
    }
    recipe = read("The recipe is unavailable") { try RecipeFile.read(RunFolder.recipe(in: path)) }
    metrics = read("The results of complete epochs are unavailable") {
      try RunMetrics(path: RunFolder.metrics(in: path))
    }
    history = read("The steps are unavailable") { try RunHistory(path: RunFolder.history(in: path)) }
    guard metrics != nil || history != nil || recipe != nil else {
      throw FileError(
        path: path,
        problem: .unsupported(
          reason:
            "has no files of a run: metrics.json, history.csv and recipe.json5 are missing or cannot be read"
        ))
    }
    missing = problems
  }

  /// The last component of a path other than `.`.
  private static func name(of path: String) -> String {
    let absolute = path.split(separator: "/").last { $0 != "." }
    return absolute.map(String.init) ?? path
  }

  /// The results of the complete epochs.
  public var epochs: [EpochResult] { metrics?.history ?? [] }

  /// The training loss as the book draws it.
  public var trainingLosses: [HalfEpochLoss] {
    history?.trainingLosses(stepsPerEpoch: stepsPerEpoch) ?? epochs.flatMap { $0.bookTrainingLosses ?? [] }
  }

  private var stepsPerEpoch: Int? {
    guard let images = metrics?.trainingImages, let batch = recipe?.batchSize else { return nil }
    return (images + batch - 1) / batch
  }

  /// The images that epochs were judged by: test images if any, otherwise held-out training images.
  public var judgedBy: String? {
    guard let last = epochs.last else { return nil }
    if last.testAccuracy != nil { return "test" }
    return last.validationAccuracy != nil ? "validation" : nil
  }

  /// The progress, for display.
  public var progress: String {
    let done = metrics?.epochs ?? 0
    guard let epochs = recipe?.epochs else { return counted(done, "epoch") }
    if done >= epochs { return "finished, \(counted(done, "epoch"))" }
    return recipe?.patience == nil
      ? "not finished: \(done) of \(counted(epochs, "epoch"))"
      : "\(done) of at most \(counted(epochs, "epoch"))"
  }
}

extension EpochResult {
  /// The accuracy on the test images, otherwise on held-out ones; with the averaged weights if any, because those are
  /// in the checkpoint.
  var heldOutAccuracy: Double? {
    averageTestAccuracy ?? testAccuracy ?? averageValidationAccuracy ?? validationAccuracy
  }

  /// The loss on the same images, with the same weights.
  var heldOutLoss: Double? { averageTestLoss ?? testLoss ?? averageValidationLoss ?? validationLoss }
}
