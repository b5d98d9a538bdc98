import Backends
import Datasets

/// The types of a run's custom functions, which are not part of its recipe.
///
/// The functions themselves cannot be stored, but a run is resumed only with functions of the same types.
struct FunctionNames: Sendable, Equatable, Codable {
  /// The type of the custom loss; nil for the recipe's.
  var loss: String?
  /// The type of the custom update rule; nil for the recipe's.
  var updateRule: String?
  /// The types of the transforms that are applied after the recipe's.
  var transforms: [String] = []

  /// Names nothing: the recipe determines all functions.
  init() {}

  /// Names the functions; `rule` is their update rule.
  init(
    _ functions: TrainingFunctions, rule: UpdateRule, _ transforms: [any ImageTransform], _ recipe: Recipe
  ) {
    loss =
      switch functions.loss(recipe) {
      case .custom(let loss): Self.name(of: loss)
      case .crossEntropy: functions.hasCustomLoss ? "crossEntropy" : nil
      }
    let rule =
      switch rule {
      case .custom(let rule): Self.name(of: rule)
      case .gradientDescent: "gradientDescent"
      case .adamW: "adamW"
      }
    updateRule = functions.hasCustomRule ? rule : nil
    self.transforms = transforms.map(Self.name)
  }

  private static func name(of value: Any) -> String { String(describing: type(of: value)) }

  /// The differences in both, as parts of a sentence: `the loss FocalLoss` and `the recipe's loss`; nil without any.
  func differences(from stored: FunctionNames) -> (stored: String, given: String)? {
    let pairs = zip(stored.phrases, phrases).filter { $0 != $1 }
    guard !pairs.isEmpty else { return nil }
    return (joined(pairs.map(\.0), by: "and"), joined(pairs.map(\.1), by: "and"))
  }

  private var phrases: [String] {
    [
      loss.map { "the loss \($0)" } ?? "the recipe's loss",
      updateRule.map { "the update rule \($0)" } ?? "the recipe's update rule",
      transforms.isEmpty ? "no custom transforms" : "the transforms \(transforms.joined(separator: ", "))",
    ]
  }

  /// Requires what a resumed run began with, and what a recipe names.
  ///
  /// - Parameters:
  ///   - state: The initial state.
  ///   - givesNetwork: Whether the program gives the network.
  /// - Throws: ``TrainingError`` that names what differs.
  func requireFit(_ state: TrainingState, givesNetwork: Bool) throws {
    if state.hasBegun, let stored = state.functions { try requireSame(as: stored) }
    try requireFunctions(namedIn: state.recipe)
    guard state.recipe.custom.network == nil || givesNetwork || state.model != nil else {
      throw TrainingError.mismatch(reason: "the recipe names a custom network; pass the network as `model`")
    }
  }

  /// Requires the functions that a resumed run began with.
  ///
  /// - Throws: ``TrainingError`` that names those that differ.
  func requireSame(as stored: FunctionNames) throws {
    guard let (before, now) = differences(from: stored) else { return }
    throw TrainingError.mismatch(
      reason:
        "the run to resume began with \(before), but is given \(now); resume it in the program that started it, "
        + "with the same functions")
  }

  /// Requires the functions that a recipe names; any others are allowed.
  ///
  /// - Throws: ``TrainingError`` that names those that differ.
  private func requireFunctions(namedIn recipe: Recipe) throws {
    let parts = recipe.custom
    var named = self
    named.loss = parts.loss ?? loss
    named.updateRule = parts.updateRule ?? updateRule
    if !parts.transforms.isEmpty { named.transforms = parts.transforms }
    guard let (expected, given) = differences(from: named) else { return }
    throw TrainingError.mismatch(
      reason:
        "the recipe names \(expected), but the trainer is given \(given); pass the same functions and transforms"
    )
  }
}
