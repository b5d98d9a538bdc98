import ArgumentParser
import NetworkInNetwork

/// The recipes that can be chosen by name.
enum NamedRecipe: String, CaseIterable {
  case book
  case quick
  case best

  var recipe: Recipe {
    switch self {
    case .book: .book
    case .quick: .quick
    case .best: .best
    }
  }

  /// The recipe with a name, or in a file.
  ///
  /// - Parameters:
  ///   - nameOrPath: The value of `--recipe`.
  ///   - model: The value of `--model`, which limits the size of images unless a file states it.
  /// - Returns: The recipe, with images no larger than the network's default.
  /// - Throws: `ValidationError` if it is neither; `TrainingError` if it is of a run with a custom network or custom
  ///   functions; the errors of the file.
  static func recipe(_ nameOrPath: String, for model: ModelCatalog?) throws -> Recipe {
    if let named = NamedRecipe(rawValue: nameOrPath) {
      var recipe = named.recipe
      if let model { recipe.imageSize = min(recipe.imageSize, model.defaultImageSize) }
      return recipe
    }
    guard nameOrPath.contains("/") || nameOrPath.contains(".") else {
      let names = allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError(
        "unknown recipe \(nameOrPath.quoted); available: \(names), or a file such as my.json5 (nin recipe quick prints one)"
      )
    }
    let recipe = try RecipeFile.read(nameOrPath, for: model)
    try recipe.requireNoCode(path: nameOrPath)
    return recipe
  }
}
