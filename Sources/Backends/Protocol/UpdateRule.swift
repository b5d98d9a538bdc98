/// A rule for updating parameters from their gradients.
///
/// An enumeration, so that a new learning rate in each step allocates nothing.
public enum UpdateRule: Sendable {
  /// Stochastic gradient descent, with momentum or without.
  case gradientDescent(GradientDescentRule)
  /// Adam with decoupled weight decay.
  case adamW(AdamWRule)
  /// A custom rule.
  case custom(any CustomUpdateRule)

  /// The maximum number of tensors that a rule keeps for each parameter.
  public static let maximumSlotCount = 2

  /// The names of the values kept per element of a parameter from step to step; all begin at zero.
  ///
  /// None for plain gradient descent, `velocity` with momentum, `first_moment` and `second_moment` for AdamW.
  public var slots: [String] {
    switch self {
    case .gradientDescent(let rule): rule.momentum == 0 ? Self.noSlots : Self.momentumSlots
    case .adamW: Self.adamSlots
    case .custom(let rule): rule.slots
    }
  }

  // Made once, so that a step allocates nothing.
  private static let noSlots: [String] = []
  private static let momentumSlots = ["velocity"]
  private static let adamSlots = ["first_moment", "second_moment"]

  /// Whether weight decay applies to all parameters; a custom rule decides for itself.
  public var decaysEverything: Bool {
    switch self {
    case .gradientDescent(let rule): rule.decaysEverything
    case .adamW(let rule): rule.decaysEverything
    case .custom: false
    }
  }
}
