/// The reason why something cannot be compared, in one line.
public struct VerificationError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// Makes the error from its line.
  public init(_ description: String) {
    self.description = description
  }
}
