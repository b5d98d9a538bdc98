/// The reason that an exercise cannot be answered.
///
/// A `reason` is the line that ``description`` returns.
package enum ExerciseError: Error, Equatable, CustomStringConvertible {
  /// The budget does not suffice for two runs of each network; `enough` seconds would.
  case budgetTooShort(enough: Double, reason: String)
  /// There are too few images or classes, or the images differ from those at the start of the exercise.
  case unsuitableInput(reason: String)
  /// The folder has the plan or answer of another exercise, or the same one with other options.
  case otherPlan(path: String, reason: String)
  /// The folder cannot be created.
  case unwritable(path: String, reason: String)

  /// The problem and a remedy, in one line.
  package var description: String {
    switch self {
    case .budgetTooShort(_, let reason), .unsuitableInput(let reason), .otherPlan(_, let reason),
      .unwritable(_, let reason):
      reason
    }
  }
}
