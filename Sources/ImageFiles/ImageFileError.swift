/// An image file that cannot be read, described in one line: the file, the problem and what would work.
public struct ImageFileError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// Makes the error from its line.
  public init(_ description: String) {
    self.description = description
  }
}
