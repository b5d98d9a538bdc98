/// A data set that cannot be read, found or downloaded, described in one line: the problem, the path and what would help.
public struct DatasetError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// Makes the error from its line.
  public init(_ description: String) {
    self.description = description
  }
}
