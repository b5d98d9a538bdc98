/// The progress of answering an exercise.
package enum ExerciseProgress: Sendable, Equatable {
  /// A phase other than a run has begun: measuring speeds.
  case phase(String)
  /// The runs are planned, now or before.
  case planned(ExercisePlan)
  /// The number of training images seen so far, over all runs.
  case trained(images: Int, total: Int)
  /// A run is complete, now or before, with its outcome.
  case finished(RunOutcome)
}
