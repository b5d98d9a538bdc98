/// The reason why an exercise cannot be answered, in one line.
public struct ExerciseError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// Makes the error from its line.
  public init(_ description: String) {
    self.description = description
  }
}
