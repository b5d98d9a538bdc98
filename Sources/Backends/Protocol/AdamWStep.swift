import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The arguments of one step of AdamW on one parameter.
///
/// The rule is PyTorch's `AdamW`; with g the gradient times its scale, and t the number of the update:
///
///     w ← w − learningRate · weightDecay · w
///     m ← β₁ · m + (1 − β₁) · g
///     v ← β₂ · v + (1 − β₂) · g²
///     w ← w − learningRate · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
///
/// All tensors share one layout, in which padding elements are zero and stay so.
public struct AdamWStep {
  /// w, read and written.
  public var values: UnsafeMutableRawPointer
  /// The gradient of the loss.
  public var gradient: UnsafeRawPointer
  /// m, read and written; zeros before the first step.
  public var firstMoment: UnsafeMutableRawPointer
  /// v, read and written; zeros before the first step.
  public var secondMoment: UnsafeMutableRawPointer
  /// The layout of all four.
  public var layout: Layout
  /// The rule's hyperparameters; its weight decay is 0 for a parameter that does not decay.
  public var rule: AdamWRule
  /// t, from 1.
  public var number: Int
  /// The factor applied to the gradient first: less than 1 if it is clipped.
  public var gradientScale: Double

  /// Creates the arguments.
  public init(
    values: UnsafeMutableRawPointer, gradient: UnsafeRawPointer, firstMoment: UnsafeMutableRawPointer,
    secondMoment: UnsafeMutableRawPointer, layout: Layout, rule: AdamWRule, number: Int, gradientScale: Double
  ) {
    self.values = values
    self.gradient = gradient
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.layout = layout
    self.rule = rule
    self.number = number
    self.gradientScale = gradientScale
  }

  /// 1 − β₁ᵗ, by which m is divided since it began at zero.
  public var firstCorrection: Double { 1 - pow(rule.beta1, Double(number)) }

  /// 1 − β₂ᵗ, by which v is divided for the same reason.
  public var secondCorrection: Double { 1 - pow(rule.beta2, Double(number)) }
}
