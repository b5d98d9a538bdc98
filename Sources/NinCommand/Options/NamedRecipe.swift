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
  ///   - model: The value of `--model`; its default image size limits that of a built-in recipe, and is used for a file
  ///     that does not state one.
  /// - Returns: The recipe.
  /// - Throws: `ValidationError` if it is neither; the errors of the file.
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
    return try RecipeFile.read(nameOrPath, for: model)
  }
}
