/// A data set that cannot be read, found or downloaded: what is wrong, where, and what would help, in one line.
public struct DatasetError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// Makes the error from its line.
  public init(_ description: String) {
    self.description = description
  }
}
