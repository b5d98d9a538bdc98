import ArgumentParser
import NetworkInNetwork

/// The recipes that can be picked by name.
enum NamedRecipe: String, CaseIterable {
  case book
  case quick

  var recipe: Recipe {
    switch self {
    case .book: .book
    case .quick: .quick
    }
  }

  /// The recipe of a name, or in a file.
  ///
  /// - Parameter nameOrPath: What was given for `--recipe`.
  /// - Returns: The recipe.
  /// - Throws: `ValidationError` if there is neither; the errors of the file.
  static func recipe(_ nameOrPath: String) throws -> Recipe {
    if let named = NamedRecipe(rawValue: nameOrPath) { return named.recipe }
    guard nameOrPath.contains("/") || nameOrPath.contains(".") else {
      let names = allCases.map(\.rawValue).joined(separator: " and ")
      throw ValidationError(
        "there is no recipe '\(nameOrPath)'; there are \(names), and files such as my.json5 (nin recipe quick prints one)"
      )
    }
    return try RecipeFile.read(nameOrPath)
  }
}
