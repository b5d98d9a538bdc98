/// Why an exercise cannot be answered.
///
/// A `reason` is the whole line that ``description`` gives.
package enum ExerciseError: Error, Equatable, CustomStringConvertible {
  /// The budget does not suffice for two runs of each network; this many seconds do.
  case budgetTooShort(enough: Double, reason: String)
  /// The images have too few classes, are too few, or are not those that the exercise began with.
  case unsuitableData(reason: String)
  /// The folder has the plan or answer of another exercise, or the same one with other options.
  case otherPlan(path: String, reason: String)
  /// The folder cannot be created.
  case inaccessible(path: String, reason: String)

  /// What is wrong and what would work, in one line.
  package var description: String {
    switch self {
    case .budgetTooShort(_, let reason), .unsuitableData(let reason), .otherPlan(_, let reason),
      .inaccessible(_, let reason):
      reason
    }
  }
}
