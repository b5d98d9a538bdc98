/// A program that cannot be started: which and why, in one line.
public struct ChildProcessError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
