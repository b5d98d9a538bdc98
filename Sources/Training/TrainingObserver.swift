import Backends
import Networks

/// An observer of training, such as a progress bar or a log.
///
/// All methods have defaults that do nothing.
public protocol TrainingObserver: AnyObject {
  /// The network is prepared and the first step comes next.
  func trainingWillBegin(_ network: Network, state: TrainingState, stepsPerEpoch: Int)

  /// A step is complete.
  func didStep(_ progress: StepProgress)

  /// The epoch's steps are complete and its test begins.
  func testWillBegin(epoch: Int)

  /// Some of the test's images have been classified.
  func didTest(images: Int, of total: Int)

  /// An epoch is complete and its state is written.
  func didFinishEpoch(_ result: EpochResult, pace: TrainingPace)

  /// Training has ended or was stopped.
  func trainingDidEnd(_ outcome: Trainer.Outcome, state: TrainingState)

  /// Training has failed, and the steps so far are in the run's folder; not called without a writable folder.
  func trainingDidFail(state: TrainingState)

  /// A problem keeps the network from learning; each kind is reported once per run.
  func didDiagnose(_ diagnosis: Diagnosis)

  /// Whether to end training; read after ``didFinishEpoch(_:pace:)``.
  ///
  /// The outcome is then ``Trainer/Outcome/stoppedEarly``, as when the patience has run out. Resuming such a run does
  /// nothing unless it has more epochs than before.
  var stopsTraining: Bool { get }
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
  /// False.
  public var stopsTraining: Bool { false }
}

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

/// The pace of training since this process started it, without tests.
public struct TrainingPace: Sendable {
  /// Images trained on.
  public var images: Int
  /// The seconds this took, including waiting for data.
  public var seconds: Double
  /// The seconds of these spent waiting for data.
  public var secondsWaited: Double

  /// Creates a pace from counts.
  public init(images: Int, seconds: Double, secondsWaited: Double) {
    self.images = images
    self.seconds = seconds
    self.secondsWaited = secondsWaited
  }

  /// Images per second, waiting included.
  public var imagesPerSecond: Double { Double(images) / max(seconds, .leastNormalMagnitude) }

  /// The share of the time spent waiting for data, from 0 to 1.
  public var waitingShare: Double { secondsWaited / max(seconds, .leastNormalMagnitude) }
}
