import Backends
import Datasets

/// The types of a training's custom functions, which are not part of its recipe.
///
/// The functions themselves cannot be stored, but their types are compared when the training is resumed.
struct FunctionNames: Sendable, Equatable, Codable {
  /// The type of the custom loss; nil for the recipe's.
  let loss: String?
  /// The type of the custom update rule; nil for the recipe's.
  let updateRule: String?
  /// The types of the transforms that are applied after the recipe's.
  let transforms: [String]

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

  /// The kinds of functions whose types differ.
  func differences(from other: FunctionNames) -> [String] {
    [
      ("loss", loss == other.loss), ("update rule", updateRule == other.updateRule),
      ("transforms", transforms == other.transforms),
    ].filter { !$0.1 }.map(\.0)
  }

  /// Each custom function with its type, as part of a sentence.
  var list: [String] {
    let functions = [("loss", loss), ("update rule", updateRule)].compactMap { kind, name in
      name.map { "a custom \(kind) (\($0))" }
    }
    return functions
      + (transforms.isEmpty ? [] : ["custom transforms (\(transforms.joined(separator: ", ")))"])
  }
}
