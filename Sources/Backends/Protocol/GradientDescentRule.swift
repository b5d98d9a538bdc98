/// The hyperparameters of stochastic gradient descent.
public struct GradientDescentRule: Sendable, Equatable, Codable {
  /// The learning rate.
  public var learningRate: Double
  /// The momentum: how much of the last velocity is kept; 0 for none.
  public var momentum: Double
  /// The weight decay (L2).
  public var weightDecay: Double
  /// Whether to use Nesterov momentum.
  public var nesterov: Bool
  /// Whether weight decay applies to all parameters, and not only to those that
  /// `ParameterSpecification.isDecayed` names.
  public var decaysEverything: Bool

  /// Creates a rule; by default plain gradient descent.
  public init(
    learningRate: Double, momentum: Double = 0, weightDecay: Double = 0, nesterov: Bool = false,
    decaysEverything: Bool = false
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
    self.decaysEverything = decaysEverything
  }

  /// Reads a rule; one that does not say what decays is from a version in which everything decayed.
  ///
  /// - Throws: `DecodingError` if one of the numbers is missing.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    learningRate = try container.decode(Double.self, forKey: .learningRate)
    momentum = try container.decode(Double.self, forKey: .momentum)
    weightDecay = try container.decode(Double.self, forKey: .weightDecay)
    nesterov = try container.decode(Bool.self, forKey: .nesterov)
    decaysEverything = try container.decodeIfPresent(Bool.self, forKey: .decaysEverything) ?? true
  }
}
