/// A geometry that does not fit: what was given and what is needed, in one line.
public struct GeometryError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// Makes the error from its line.
  public init(_ description: String) {
    self.description = description
  }
}
