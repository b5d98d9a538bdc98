import Operations

/// Operations that a network would run instead of others, with the same outputs and gradients.
public struct RewriteProposal: Sendable {
  /// The name of the rewrite, for display: `fuse ReLU into convolution`.
  public let name: String
  /// The operations as the model has them, in order.
  public let before: [TensorOperation]
  /// The operations that would replace them.
  public let after: [TensorOperation]

  /// Creates a proposal.
  public init(name: String, before: [TensorOperation], after: [TensorOperation]) {
    self.name = name
    self.before = before
    self.after = after
  }
}
