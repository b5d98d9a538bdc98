/// The hyperparameters of AdamW (Loshchilov and Hutter, *Decoupled Weight Decay Regularization*, 2019).
public struct AdamWRule: Sendable, Equatable, Codable {
  /// The learning rate.
  public var learningRate: Double
  /// β₁: the share of the gradients' mean that is kept.
  public var beta1: Double
  /// β₂: the share of the mean of their squares that is kept.
  public var beta2: Double
  /// ε: the number added to the root of the mean of the squares.
  public var epsilon: Double
  /// The weight decay, applied independently of the gradients (decoupled).
  public var weightDecay: Double
  /// Whether weight decay applies to all parameters, and not only to those that
  /// `ParameterSpecification.isDecayed` names.
  public var decaysEverything: Bool

  /// Creates a rule; the defaults are PyTorch's, except that only weights decay.
  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 0.01, decaysEverything: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decaysEverything = decaysEverything
  }
}
