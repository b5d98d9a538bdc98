/// An invalid training or checkpoint, described in one line.
public struct TrainingError: Error, Equatable, CustomStringConvertible {
  /// The line.
  public let description: String
  /// Whether a file is damaged, so that an older one may be used instead.
  let isDamage: Bool

  /// Makes the error from its line.
  public init(_ description: String) {
    self.init(description, isDamage: false)
  }

  init(_ description: String, isDamage: Bool) {
    self.description = description
    self.isDamage = isDamage
  }
}
