/// A way in which a network runs its layers; each has kernels and memory of its own, and so mistakes of its own.
public enum NetworkPlan: String, Sendable, Codable, CaseIterable {
  /// Every layer by itself, and the whole batch at once: nothing runs this way but the verification, which learns
  /// from it exactly which layer is wrong.
  case separate
  /// What trains: ReLU fused or moved behind max pooling, activations overwritten, micro-batches.
  case training
  /// What predicts and evaluates: the same without backward passes, dropout off.
  case prediction
}
