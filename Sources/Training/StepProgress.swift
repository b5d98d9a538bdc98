import Backends

/// The progress of training after a step.
public struct StepProgress: Sendable {
  /// The current epoch, from 1.
  public var epoch: Int
  /// Completed batches of the epoch.
  public var batch: Int
  /// Batches per epoch.
  public var batchesPerEpoch: Int
  /// Completed steps, over all epochs.
  public var step: Int
  /// The learning rate of this step.
  public var learningRate: Double
  /// The norm of all gradients together, before clipping.
  public var gradientNorm: Double
  /// Mean loss of the epoch so far.
  public var epochLoss: Double
  /// Accuracy of the epoch so far.
  public var epochAccuracy: Double
  /// The point of the book's training loss that this step completes, if any.
  public var halfEpochLoss: HalfEpochLoss?
  /// The score on this batch's images, before the update.
  public var batchScore: ClassificationScore
  /// The duration of the step, including waiting for data.
  public var batchSeconds: Double
  /// The pace so far.
  public var pace: TrainingPace

  /// Mean loss of this batch.
  public var batchLoss: Double { batchScore.loss }
}
