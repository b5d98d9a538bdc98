import Backends
import Networks

/// Follows a training: a progress bar, a log.
///
/// All methods have defaults that do nothing.
public protocol TrainingObserver: AnyObject {
  /// The network is prepared and the first step comes next.
  func trainingWillBegin(_ network: Network, state: TrainingState, stepsPerEpoch: Int)

  /// A step is done.
  func didStep(_ progress: StepProgress)

  /// The epoch's steps are done and its test begins.
  func testWillBegin(epoch: Int)

  /// Some of the images of the epoch's test are classified.
  func didTest(images: Int, of total: Int)

  /// An epoch is complete and its state is written.
  func didFinishEpoch(_ result: EpochResult, pace: TrainingPace)

  /// The training has ended, or was asked to stop.
  func trainingDidEnd(_ outcome: Trainer.Outcome, state: TrainingState)

  /// The training has failed, and the steps that it made are in the run's folder; not called where there is no folder that can
  /// be written to.
  func trainingDidFail(state: TrainingState)

  /// Something keeps the training from learning; each kind is reported once a run.
  func didDiagnose(_ diagnosis: Diagnosis)
}

extension TrainingObserver {
  /// Does nothing.
  public func trainingWillBegin(_ network: Network, state: TrainingState, stepsPerEpoch: Int) {}
  /// Does nothing.
  public func didStep(_ progress: StepProgress) {}
  /// Does nothing.
  public func testWillBegin(epoch: Int) {}
  /// Does nothing.
  public func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) {}
  /// Does nothing.
  public func trainingDidEnd(_ outcome: Trainer.Outcome, state: TrainingState) {}
  /// Does nothing.
  public func trainingDidFail(state: TrainingState) {}
  /// Does nothing.
  public func didDiagnose(_ diagnosis: Diagnosis) {}
  /// Does nothing.
  public func didTest(images: Int, of total: Int) {}
}

/// Where a training stands after a step.
public struct StepProgress: Sendable {
  /// The present epoch, from 1.
  public var epoch: Int
  /// Batches of the epoch that are done.
  public var batch: Int
  /// Batches of an epoch.
  public var batchesPerEpoch: Int
  /// Steps that are done, over all epochs.
  public var step: Int
  /// The learning rate of this step.
  public var learningRate: Double
  /// The norm of all gradients together, before they were clipped.
  public var gradientNorm: Double
  /// Mean loss of the epoch so far.
  public var epochLoss: Double
  /// Accuracy of the epoch so far.
  public var epochAccuracy: Double
  /// The point of the book's training loss that this step completes; nil if it completes none.
  public var halfEpochLoss: HalfEpochLoss?
  /// How this batch's images were classified, before the update.
  public var batchScore: ClassificationScore
  /// How long the step took, waiting for data included.
  public var batchSeconds: Double
  /// How fast it goes.
  public var pace: TrainingPace

  /// Mean loss of this batch.
  public var batchLoss: Double { batchScore.loss }
}

/// How fast a training goes, since this process began to train; testing is not counted.
public struct TrainingPace: Sendable {
  /// Images that were trained on.
  public var images: Int
  /// Seconds that this took, waiting for data included.
  public var seconds: Double
  /// Seconds of these that the steps waited for data.
  public var secondsWaited: Double

  /// Makes a pace from what was counted.
  public init(images: Int, seconds: Double, secondsWaited: Double) {
    self.images = images
    self.seconds = seconds
    self.secondsWaited = secondsWaited
  }

  /// Images a second, waiting included.
  public var imagesPerSecond: Double { Double(images) / max(seconds, .leastNormalMagnitude) }

  /// The share of the time that went by waiting for data, from 0 to 1.
  public var waitingShare: Double { secondsWaited / max(seconds, .leastNormalMagnitude) }
}
