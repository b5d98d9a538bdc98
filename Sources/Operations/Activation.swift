/// A function applied to each element, that a backend may compute together with the operation before it.
public enum Activation: String, Sendable, Codable {
  /// max(x, 0), with NaN kept.
  case relu
}
