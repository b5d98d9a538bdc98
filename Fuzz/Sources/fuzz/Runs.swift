import Training

/// Reads a training state.
func readState(_ input: [UInt8]) throws {
  let state = try TrainingState(path: InputFile.holding(input))
  _ = state.isOutOfPatience
}

/// Reads a recipe, writes it and reads it again.
func readRecipe(_ input: [UInt8]) throws {
  let recipe = try RecipeFile.read(InputFile.holding(input))
  let text = RecipeFile.text(recipe, title: "Again")
  let again = try RecipeFile.read(InputFile.holding(Array(text.utf8)))
  precondition(again == recipe, "a recipe differs after it has been written and read: \(text)")
}

/// Reads the steps of a training run.
func readHistory(_ input: [UInt8]) throws {
  let history = try RunHistory(path: InputFile.holding(input))
  _ = history.trainingLosses()
  _ = history.trainingLosses(stepsPerEpoch: 3)
}

/// Reads the results of a training run.
func readMetrics(_ input: [UInt8]) throws {
  _ = try RunMetrics(path: InputFile.holding(input))
}
