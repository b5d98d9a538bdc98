import Networks
import Tensors
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Records training for [TensorBoard](https://www.tensorflow.org/tensorboard) in a folder of event files.
///
/// After each step: loss, accuracy, learning rate, norm of the gradients and images per second. After each epoch: its
/// losses and accuracies, including those on held-out images, and the share of the time spent recording. At intervals:
/// histograms of all weights and of their gradients before clipping, less often if recording would take more than 1 % of
/// the time; a run too short for that has them for its last step. At the beginning: the recipe.
///
/// A resumed run begins another file, which states the step it starts at. Repeated steps replace those of the earlier
/// process.
///
/// ```swift
/// let writer = TensorBoardWriter(folder: "runs/nin") { print($0) }
/// try trainer.run(observers: [writer])
/// ```
public final class TensorBoardWriter: TrainingObserver {
  /// The default number of steps between histograms.
  public static let defaultHistogramInterval = 50

  private let folder: String
  private let histogramInterval: Int
  private let report: (String) -> Void
  private let clock = ContinuousClock()
  private var file: EventFile?
  private var network: Network?
  private var began = ContinuousClock.now
  private var budget = HistogramBudget(numbers: 0)
  private var hasHistograms = false
  private var firstStep = 0
  private var step = 0

  /// Prepares recording; the file is created when training begins.
  ///
  /// - Parameters:
  ///   - folder: The folder for the event files, which is created if necessary.
  ///   - histogramInterval: The number of steps between histograms, at least 1.
  ///   - report: Called once if a file cannot be written, with the reason; recording then stops.
  public init(
    folder: String, histogramInterval: Int = TensorBoardWriter.defaultHistogramInterval,
    report: @escaping (String) -> Void
  ) {
    self.folder = folder
    self.histogramInterval = max(histogramInterval, 1)
    self.report = report
  }

  /// Creates the file and records the recipe, unless all epochs are complete.
  public func trainingWillBegin(_ network: Network, state: TrainingState, stepsPerEpoch: Int) {
    guard state.epoch < state.recipe.epochs else { return }
    began = clock.now
    self.network = network
    (firstStep, step) = (state.step, state.step)
    budget = HistogramBudget(numbers: 2 * network.parameterShapes.reduce(0) { $0 + $1.shape.elementCount })
    record {
      let file = try EventFile(in: folder, from: state.step + 1)
      self.file = file
      let recipe = RecipeFile.text(ofRun: state.completeRecipe)
      let indented = recipe.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
      try file.add([.text("recipe", indented.joined(separator: "\n"))], step: state.step + 1)
      try file.flush()
    }
  }

  /// Records the step, and histograms if they are due.
  public func didStep(_ progress: StepProgress) {
    step = progress.step
    guard let file else { return }
    record {
      let imagesPerSecond =
        Double(progress.batchScore.count) / max(progress.batchSeconds, .leastNormalMagnitude)
      try file.add(
        [
          .scalar("loss/training", progress.batchLoss),
          .scalar("accuracy/training", progress.batchScore.accuracy),
          .scalar("optimizer/learning_rate", progress.learningRate),
          .scalar("optimizer/gradient_norm", progress.gradientNorm),
          .scalar("speed/images_per_second", imagesPerSecond),
        ], step: progress.step)
      if progress.step.isMultiple(of: histogramInterval), budget.allows(after: elapsed) {
        try addHistograms(to: file)
      }
      // The state may be written next, and the steps it counts must be in the file even if the process is killed.
      try file.flush()
    }
  }

  /// Records the epoch's results at its last step.
  public func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) {
    guard let file else { return }
    let results: [(String, Double?)] = [
      ("loss/epoch_training", result.trainingLoss), ("accuracy/epoch_training", result.trainingAccuracy),
      ("loss/validation", result.validationLoss), ("accuracy/validation", result.validationAccuracy),
      ("loss/test", result.testLoss), ("accuracy/test", result.testAccuracy),
      ("loss/average_validation", result.averageValidationLoss),
      ("accuracy/average_validation", result.averageValidationAccuracy),
      ("loss/average_test", result.averageTestLoss), ("accuracy/average_test", result.averageTestAccuracy),
    ]
    record {
      let share = budget.share(of: elapsed)
      try file.add(
        results.compactMap { tag, value in value.map { .scalar(tag, $0) } }
          + [.scalar("speed/recording_share", share)], step: step)
      try file.flush()
    }
  }

  /// Records histograms of the last step, if there were none before.
  public func trainingDidEnd(_ outcome: Trainer.Outcome, state: TrainingState) {
    guard let file, !hasHistograms, step > firstStep else { return }
    record {
      try addHistograms(to: file)
      try file.flush()
    }
  }

  private var elapsed: Double { (clock.now - began) / .seconds(1) }

  private func addHistograms(to file: EventFile) throws {
    guard let network else { return }
    let start = elapsed
    for (kind, tensors) in [("weights", network.lazyParameters), ("gradients", network.lazyGradients)] {
      for tensor in tensors {
        try file.add([.histogram("\(kind)/\(tensor.name)", tensor.values().elements)], step: step)
      }
    }
    hasHistograms = true
    budget.note(seconds: elapsed - start)
  }

  /// Writes to the file and measures the time; after a failure, which is reported, recording stops.
  ///
  /// Training does not fail if recording does.
  private func record(_ body: () throws -> Void) {
    let (start, spentBefore) = (elapsed, budget.spent)
    defer { budget.noteOthers(seconds: elapsed - start - (budget.spent - spentBefore)) }
    do {
      try body()
    } catch {
      file = nil
      report("\(error); nothing more is recorded for TensorBoard")
    }
  }
}
