/// A training or a checkpoint that cannot be, in one line.
public struct TrainingError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// Makes the error from its line.
  public init(_ description: String) {
    self.description = description
  }
}
