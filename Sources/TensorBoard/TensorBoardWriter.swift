import Networks
import Tensors
import Training

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Records a training for [TensorBoard](https://www.tensorflow.org/tensorboard) in a folder of event files.
///
/// After each step: loss, accuracy, learning rate, norm of the gradients and images a second. After each epoch: its losses
/// and accuracies, of held-out images too. Every so many steps: histograms of all weights and of their gradients as they are
/// before they are clipped, which take 1 % of the time at most; where they would take more, they are seldomer. At the
/// beginning: the recipe.
///
/// A training that is resumed begins another file, which says from which step on it counts. Steps of the process before,
/// which are done again, are so replaced.
///
/// ```swift
/// let writer = try TensorBoardWriter(folder: "runs/nin") { print($0) }
/// try trainer.run(observers: [writer])
/// ```
public final class TensorBoardWriter: TrainingObserver {
  /// Every so many steps there are histograms, unless another number is given.
  public static let usualHistogramInterval = 50

  private let folder: String
  private let histogramInterval: Int
  private let report: (String) -> Void
  private let clock = ContinuousClock()
  private var file: EventFile?
  private var network: Network?
  private var began = ContinuousClock.now
  private var budget = HistogramBudget(numbers: 0)
  private var step = 0

  /// Prepares a recording; the file is made when the training begins.
  ///
  /// - Parameters:
  ///   - folder: The folder for the event files, which is created if need be.
  ///   - histogramInterval: Every so many steps there are histograms, from 1.
  ///   - report: Told once why nothing more is recorded, if a file cannot be written.
  public init(
    folder: String, histogramInterval: Int = TensorBoardWriter.usualHistogramInterval,
    report: @escaping (String) -> Void
  ) {
    self.folder = folder
    self.histogramInterval = max(histogramInterval, 1)
    self.report = report
  }

  /// Makes the file, and records the recipe; a training whose epochs are all done has nothing to add.
  public func trainingWillBegin(_ network: Network, state: TrainingState, stepsPerEpoch: Int) {
    guard state.epoch < state.recipe.epochs else { return }
    began = clock.now
    self.network = network
    step = state.step
    budget = HistogramBudget(numbers: 2 * network.parameterShapes.reduce(0) { $0 + $1.shape.elementCount })
    record {
      let file = try EventFile(in: folder, from: state.step + 1)
      self.file = file
      let recipe = RecipeFile.text(state.recipe, title: "The recipe of this run.")
      let indented = recipe.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }
      try file.add([.text("recipe", indented.joined(separator: "\n"))], step: state.step + 1)
      try file.flush()
    }
  }

  /// Records the step, and histograms if it is time.
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
      if progress.step.isMultiple(of: histogramInterval) { try addHistograms(to: file) }
      // The state may be written next: what it counts has to be here, whenever the process is killed.
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
      try file.add(results.compactMap { tag, value in value.map { .scalar(tag, $0) } }, step: step)
      try file.flush()
    }
  }

  private func addHistograms(to file: EventFile) throws {
    let start = clock.now
    guard let network, budget.allows(after: (start - began) / .seconds(1)) else { return }
    for (kind, tensors) in [("weights", network.lazyParameters), ("gradients", network.lazyGradients)] {
      for tensor in tensors {
        try file.add([.histogram("\(kind)/\(tensor.name)", tensor.values().elements)], step: step)
      }
    }
    budget.note(seconds: (clock.now - start) / .seconds(1))
  }

  /// Runs what writes; if it fails, says so and records nothing more.
  ///
  /// The training is worth more than its recording.
  private func record(_ body: () throws -> Void) {
    do {
      try body()
    } catch {
      file = nil
      report("\(error); nothing more is recorded for TensorBoard")
    }
  }
}
