/// A step's row in `history.csv`.
public struct HistoryRow: Sendable, Equatable {
  /// The step, from 1, over all epochs.
  public var step: Int
  /// The epoch, from 1.
  public var epoch: Int
  /// The number of images in the batch.
  public var images: Int
  /// The learning rate.
  public var learningRate: Double
  /// The norm of all gradients together, before clipping.
  public var gradientNorm: Double
  /// The batch's mean loss, before the update.
  public var loss: Double
  /// The batch's accuracy, before the update.
  public var accuracy: Double
  /// The half epoch that the step completes.
  public var halfEpochLoss: HalfEpochLoss?
  /// Seconds of training up to here, over all processes, without tests.
  public var seconds: Double
  /// Images per second, in this step.
  public var imagesPerSecond: Double
}

extension HistoryRow {
  /// Creates the row of a step from the progress after it.
  init(_ progress: StepProgress, seconds: Double) {
    self.init(
      step: progress.step, epoch: progress.epoch, images: progress.batchScore.count,
      learningRate: progress.learningRate, gradientNorm: progress.gradientNorm, loss: progress.batchLoss,
      accuracy: progress.batchScore.accuracy, halfEpochLoss: progress.halfEpochLoss, seconds: seconds,
      imagesPerSecond: Double(progress.batchScore.count) / max(progress.batchSeconds, .leastNormalMagnitude))
  }
}
