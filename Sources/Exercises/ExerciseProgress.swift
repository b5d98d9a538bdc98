/// The progress of answering an exercise.
package enum ExerciseProgress: Sendable, Equatable {
  /// A phase other than a run has begun: measuring speeds.
  case phase(String)
  /// The runs are planned, in this process or an earlier one.
  case planned(ExercisePlan)
  /// The number of training images seen so far, over all runs.
  case trained(images: Int, total: Int)
  /// A run is complete, in this process or an earlier one.
  case finished(RunOutcome)
}
