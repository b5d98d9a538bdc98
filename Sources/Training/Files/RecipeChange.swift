/// A change of a run's recipe when the run was resumed.
package struct RecipeChange: Sendable, Equatable, Codable {
  /// The number of steps that were complete.
  package let step: Int
  /// The key of the recipe.
  package let key: String
  /// The value until then, as in a recipe file.
  package let from: String
  /// The value from then on.
  package let to: String
}

extension TrainingState {
  /// The keys that do not matter to a run that has begun, or whose values are compared by other means.
  private static let fixedKeys: Set<Recipe.CodingKeys> = [
    .data, .channels, .testSplit, .images, .model, .layers, .weights,
  ]
  /// The keys that older versions did not store, or that the recipe may leave open.
  private static let openKeys: Set<Recipe.CodingKeys> = [
    .backend, .precision, .microBatch, .convolutions, .normalization,
  ]

  /// Records the differences from the stored state that the run is resumed from.
  mutating func noteChanges(since stored: TrainingState) {
    let values = zip(
      RecipeFile.values(of: stored.completeRecipe), RecipeFile.values(of: completeRecipe))
    let found = values.compactMap { before, now -> RecipeChange? in
      guard before.value != now.value, let key = Recipe.CodingKeys(stringValue: before.key),
        !Self.fixedKeys.contains(key),
        !(Self.openKeys.contains(key) && before.value == RecipeFile.absent)
      else { return nil }
      return RecipeChange(step: step, key: before.key, from: before.value, to: now.value)
    }
    if !found.isEmpty { changes = (changes ?? []) + found }
  }
}
