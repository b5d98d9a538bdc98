import Backends

/// A custom loss and update rule, instead of the recipe's.
///
/// The state and the recipe of a run name their types, and the run is resumed only with functions of the same types.
///
/// ```swift
/// let functions = TrainingFunctions(loss: .custom(SquaredError()))
/// ```
public struct TrainingFunctions: Sendable {
  private let customLoss: Loss?
  private let customRule: (@Sendable (_ learningRate: Double) -> UpdateRule)?

  /// Chooses functions; omitted ones are the recipe's.
  ///
  /// - Parameters:
  ///   - loss: The loss, for training and tests.
  ///   - updateRule: Returns the update rule for a learning rate, which follows the recipe's schedule.
  public init(
    loss: Loss? = nil, updateRule: (@Sendable (_ learningRate: Double) -> UpdateRule)? = nil
  ) {
    customLoss = loss
    customRule = updateRule
  }

  /// The training loss.
  func loss(_ recipe: Recipe) -> Loss { customLoss ?? .crossEntropy(labelSmoothing: recipe.labelSmoothing) }

  /// The test loss, without label smoothing.
  var testLoss: Loss { customLoss ?? .crossEntropy(labelSmoothing: 0) }

  /// Whether the loss is custom.
  var hasCustomLoss: Bool { customLoss != nil }

  /// Whether the update rule is custom.
  var hasCustomRule: Bool { customRule != nil }

  /// The update rule.
  func rule(_ recipe: Recipe, learningRate: Double) -> UpdateRule {
    customRule?(learningRate) ?? recipe.rule(learningRate: learningRate)
  }
}
