import Tensors

/// The arguments of one step of stochastic gradient descent on one parameter.
///
/// The rule is PyTorch's `SGD`:
///
///     g ← gradientScale · gradient + weightDecay · w
///     v ← momentum · v + g
///     w ← w − learningRate · (nesterov ? g + momentum · v : v)
///
/// Without momentum there is no v, and w ← w − learningRate · g. All tensors share one layout, in which padding
/// elements are zero and stay so.
public struct GradientDescentStep {
  /// w, read and written.
  public var values: UnsafeMutableRawPointer
  /// The gradient of the loss.
  public var gradient: UnsafeRawPointer
  /// v, read and written; zeros before the first step, and nil without momentum.
  public var velocity: UnsafeMutableRawPointer?
  /// The layout of all three.
  public var layout: Layout
  /// The numbers of the rule.
  public var rule: GradientDescentRule
  /// What the gradient is multiplied by first: less than 1 where it is clipped.
  public var gradientScale: Double

  /// Makes the arguments.
  public init(
    values: UnsafeMutableRawPointer, gradient: UnsafeRawPointer, velocity: UnsafeMutableRawPointer?,
    layout: Layout, rule: GradientDescentRule, gradientScale: Double
  ) {
    self.values = values
    self.gradient = gradient
    self.velocity = velocity
    self.layout = layout
    self.rule = rule
    self.gradientScale = gradientScale
  }
}

/// The numbers of stochastic gradient descent.
public struct GradientDescentRule: Sendable, Equatable, Codable {
  /// The step's length.
  public var learningRate: Double
  /// How much of the last velocity is kept; 0 for none.
  public var momentum: Double
  /// How strongly weights are drawn to zero.
  public var weightDecay: Double
  /// Whether the gradient is looked up ahead of the velocity.
  public var nesterov: Bool

  /// Makes a rule; by default the plain one.
  public init(
    learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, nesterov: Bool = false
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
  }
}
