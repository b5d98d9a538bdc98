/// A copy of a tensor into another layout that a kernel makes in every pass, or whenever parameters change.
///
/// Good neighbours need none; those that remain are told, with the time that they take.
public struct LayoutConversion: Sendable {
  /// What is converted, for people: `weight`.
  public let tensor: String
  /// The pass that needs it: `input gradient`.
  public let pass: String
  /// Bytes of the copy.
  public let byteCount: Int
  /// Whether it is made only when the parameters have changed.
  public let isRepacking: Bool
  /// The time that it has taken so far.
  public let elapsed: Duration

  /// Makes the record of a conversion.
  public init(tensor: String, pass: String, byteCount: Int, isRepacking: Bool, elapsed: Duration) {
    self.tensor = tensor
    self.pass = pass
    self.byteCount = byteCount
    self.isRepacking = isRepacking
    self.elapsed = elapsed
  }
}
