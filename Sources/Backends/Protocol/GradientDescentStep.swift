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
  /// The rule's hyperparameters; its weight decay is 0 for a parameter that does not decay.
  public var rule: GradientDescentRule
  /// The factor applied to the gradient first: less than 1 if it is clipped.
  public var gradientScale: Double

  /// Creates the arguments.
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
