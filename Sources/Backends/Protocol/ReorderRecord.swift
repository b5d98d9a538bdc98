/// A reorder of a tensor that a kernel makes in every pass, or whenever parameters change.
///
/// Adjacent kernels that agree on a layout need none; the rest are recorded with their time.
public struct ReorderRecord: Sendable {
  /// The tensor that is reordered, for display: `weight`.
  public let tensor: String
  /// The pass that needs it: `input gradient`.
  public let pass: String
  /// Bytes of the reordered tensor.
  public let byteCount: Int
  /// Whether it is made only when the parameters have changed.
  public let isRepacking: Bool
  /// The time that it has taken so far.
  public let elapsed: Duration

  /// Creates the record of a reorder.
  public init(tensor: String, pass: String, byteCount: Int, isRepacking: Bool, elapsed: Duration) {
    self.tensor = tensor
    self.pass = pass
    self.byteCount = byteCount
    self.isRepacking = isRepacking
    self.elapsed = elapsed
  }
}
