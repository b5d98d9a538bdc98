/// Something that a backend cannot do or that its library refused, in one line.
public struct BackendError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String

  /// Makes the error from its line.
  public init(_ description: String) {
    self.description = description
  }
}
