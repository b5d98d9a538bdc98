/// How far the answer to an exercise is.
public struct ExerciseProgress: Sendable, Equatable {
  /// What is being done.
  public let phase: String
  /// How many training images have been seen; nil where that is not what is done.
  public let done: Int?
  /// Of how many, in all runs.
  public let total: Int?

  /// Makes a progress.
  ///
  /// - Parameters:
  ///   - phase: What is being done.
  ///   - done: How many training images have been seen.
  ///   - total: Of how many, in all runs.
  public init(phase: String, done: Int? = nil, total: Int? = nil) {
    self.phase = phase
    self.done = done
    self.total = total
  }
}
