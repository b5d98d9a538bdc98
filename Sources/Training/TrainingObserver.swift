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

  /// Training has ended or was stopped; the network still has the parameters of the last step.
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
