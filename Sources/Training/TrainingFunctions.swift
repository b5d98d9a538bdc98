import Backends

/// Your own loss and update rule, in place of the recipe's.
///
/// ```swift
/// let functions = TrainingFunctions(loss: .custom(SquaredError()))
/// ```
public struct TrainingFunctions: Sendable {
  private let ownLoss: Loss?
  private let ownRule: (@Sendable (_ learningRate: Double) -> UpdateRule)?

  /// Chooses functions; what is left out is the recipe's.
  ///
  /// - Parameters:
  ///   - loss: The loss, for training and tests.
  ///   - updateRule: Gives the update rule of a learning rate, which follows the recipe's schedule.
  public init(
    loss: Loss? = nil, updateRule: (@Sendable (_ learningRate: Double) -> UpdateRule)? = nil
  ) {
    ownLoss = loss
    ownRule = updateRule
  }

  /// The loss that is trained on.
  func loss(_ recipe: Recipe) -> Loss { ownLoss ?? .crossEntropy(labelSmoothing: recipe.labelSmoothing) }

  /// The loss of tests, whose labels are not smoothed.
  var testLoss: Loss { ownLoss ?? .crossEntropy(labelSmoothing: 0) }

  /// Whether the update rule is not the recipe's.
  var hasOwnRule: Bool { ownRule != nil }

  /// The rule of an update.
  func rule(_ recipe: Recipe, learningRate: Double) -> UpdateRule {
    ownRule?(learningRate) ?? recipe.rule(learningRate: learningRate)
  }
}
