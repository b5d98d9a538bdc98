import Backends

/// A custom loss and update rule, instead of the recipe's.
///
/// ```swift
/// let functions = TrainingFunctions(loss: .custom(SquaredError()))
/// ```
public struct TrainingFunctions: Sendable {
  private let ownLoss: Loss?
  private let ownRule: (@Sendable (_ learningRate: Double) -> UpdateRule)?

  /// Chooses functions; omitted ones are the recipe's.
  ///
  /// - Parameters:
  ///   - loss: The loss, for training and tests.
  ///   - updateRule: Returns the update rule for a learning rate, which follows the recipe's schedule.
  public init(
    loss: Loss? = nil, updateRule: (@Sendable (_ learningRate: Double) -> UpdateRule)? = nil
  ) {
    ownLoss = loss
    ownRule = updateRule
  }

  /// The training loss.
  func loss(_ recipe: Recipe) -> Loss { ownLoss ?? .crossEntropy(labelSmoothing: recipe.labelSmoothing) }

  /// The test loss, without label smoothing.
  var testLoss: Loss { ownLoss ?? .crossEntropy(labelSmoothing: 0) }

  /// Whether the loss is custom.
  var hasOwnLoss: Bool { ownLoss != nil }

  /// Whether the update rule is custom.
  var hasOwnRule: Bool { ownRule != nil }

  /// The update rule.
  func rule(_ recipe: Recipe, learningRate: Double) -> UpdateRule {
    ownRule?(learningRate) ?? recipe.rule(learningRate: learningRate)
  }
}
