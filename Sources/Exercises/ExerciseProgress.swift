/// How far the answer to an exercise is.
public enum ExerciseProgress: Sendable, Equatable {
  /// Something has begun that is not a run: the measuring of speeds.
  case phase(String)
  /// The runs are planned, now or before.
  case planned(ExercisePlan)
  /// So many training images of all runs have been seen.
  case trained(images: Int, total: Int)
  /// A run is finished, now or before: what it has brought.
  case finished(RunOutcome)
}
