/// An image file that cannot be read: what is wrong, with which file, and what would work, in one line.
public struct ImageFileError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// Makes the error from its line.
  public init(_ description: String) {
    self.description = description
  }
}
