import ArgumentParser
import ModelOptions
import NetworkInNetwork
import Reporting

extension RecipeOptions {
  /// The recipe of a new run.
  ///
  /// - Returns: The recipe, changed by the options.
  /// - Throws: `TrainingError` if it names a custom network or custom functions; the errors of `NamedRecipe`.
  func newRecipe() throws -> Recipe {
    let name = recipe ?? NamedRecipe.book.rawValue
    var recipe = try NamedRecipe.recipe(name, for: model)
    try recipe.requireNoCode(path: name)
    try apply(to: &recipe)
    return recipe
  }

  /// The recipe of a resumed run.
  ///
  /// - Parameters:
  ///   - state: The state of the run.
  ///   - folder: Its folder, for the message.
  /// - Returns: The stored recipe, with the newly given number of epochs and patience.
  /// - Throws: `ValidationError` if an option would change anything else, or there are fewer epochs than completed.
  func resumedRecipe(_ state: TrainingState, folder: String) throws -> Recipe {
    let stored = state.recipe
    if let epochs, epochs < state.epoch {
      throw ValidationError(
        "--epochs is \(epochs), but \(counted(state.epoch, "epoch")) \(state.epoch == 1 ? "is" : "are") complete"
      )
    }
    var changed = try recipe.map { state.asStored(try NamedRecipe.recipe($0, for: model)) } ?? stored
    try apply(to: &changed)
    changed.epochs = epochs ?? stored.epochs
    if patience == nil { changed.patience = stored.patience }
    changed.computation = stored.computation
    // With --weights it may be left open.
    changed.normalization = changed.normalization ?? stored.normalization
    var comparable = changed
    comparable.epochs = stored.epochs
    comparable.patience = stored.patience
    guard comparable == stored else {
      throw ValidationError(
        "--resume uses the recipe stored in \(folder), and only --epochs, --patience, --data, --backend and the options "
          + "under COMPUTING may change; omit the other options, or start a new run in another --output")
    }
    return changed
  }

  private func apply(to recipe: inout Recipe) throws {
    if let tab {
      recipe.tab = tab
      // The tab's initialization replaces it.
      recipe.initialization = Initialization()
    }
    try applyModel(to: &recipe)
    recipe.weights = weights.map(absolutePath) ?? recipe.weights
    recipe.frozen = freeze.isEmpty ? recipe.frozen : freeze
    recipe.epochs = epochs ?? recipe.epochs
    recipe.batchSize = batchSize ?? recipe.batchSize
    recipe.optimizer = try changed(recipe.optimizer)
    recipe.learningRate.peak = learningRate ?? recipe.learningRate.peak
    recipe.learningRate.warmUpSteps = warmUp ?? recipe.learningRate.warmUpSteps
    if let schedule {
      recipe.learningRate.shape = schedule.shape(epochs: stepEpochs ?? 1, factor: stepFactor ?? 0.1)
    }
    recipe.weightDecay = weightDecay ?? recipe.weightDecay
    recipe.maximumGradientNorm = clipNorm.map { $0 == 0 ? nil : $0 } ?? recipe.maximumGradientNorm
    recipe.labelSmoothing = labelSmoothing ?? recipe.labelSmoothing
    recipe.averageDecay = averageDecay.map { $0 == 0 ? nil : $0 } ?? recipe.averageDecay
    recipe.patience = patience.map { $0 == 0 ? nil : $0 } ?? recipe.patience
    recipe.validationSplit = validationSplit ?? recipe.validationSplit
    recipe.augmentation.flip = flip ?? recipe.augmentation.flip
    recipe.augmentation.shift = shift ?? recipe.augmentation.shift
    recipe.augmentation.erasing = erasing ?? recipe.augmentation.erasing
    recipe.normalization = measureNormalization ? .measured : normalization(of: recipe)
    recipe.imageSize = imageSize ?? recipe.imageSize
    recipe.seed = seed ?? recipe.seed
    recipe.trainingLimit = limitTrain ?? recipe.trainingLimit
    recipe.testLimit = limitTest ?? recipe.testLimit
  }

  /// The normalization of a recipe; nil for a built-in one, which is for Fashion-MNIST, if the file of `--weights` states
  /// its own.
  private func normalization(of recipe: Recipe) -> NormalizationChoice? {
    guard let weights, NamedRecipe(rawValue: self.recipe ?? NamedRecipe.book.rawValue) != nil,
      let checkpoint = try? Checkpoint(path: weights), checkpoint.knowsPreparation
    else { return recipe.normalization }
    return nil
  }

  /// Constants are for parameters of the recipe's network: none apply to another network, and to a variant of NiN only
  /// those whose parameters it has.
  private func applyModel(to recipe: inout Recipe) throws {
    let chosen = try design.choice(model, usual: recipe.model)
    try design.requireHead(of: recipe.tab)
    guard chosen != recipe.model else { return }
    let isOther = chosen.name != recipe.model.name
    recipe.model = chosen
    guard !isOther else { return recipe.initialization.constants = [:] }
    let side = chosen.name.defaultImageSize
    let layers = try chosen.model(classes: chosen.name.defaultClasses).resolved(for: [1, 1, side, side])
    let names = Set(layers.flatMap { layer in layer.operation.parameters.map(layer.parameterName) })
    recipe.initialization.constants = recipe.initialization.constants.filter { names.contains($0.key) }
  }

  private func changed(_ present: Optimizer) throws -> Optimizer {
    switch (optimizer, present) {
    case (.adamw, .adamW), (nil, .adamW):
      guard momentum == nil, nesterov == nil else {
        throw ValidationError("--momentum and --nesterov require --optimizer sgd, but the recipe's is adamw")
      }
      return present
    case (.adamw, .sgd): return .adamW()
    case (.sgd, .adamW): return .sgd(momentum: momentum ?? 0, nesterov: nesterov ?? false)
    case (.sgd, .sgd(let usual, let isNesterov)), (nil, .sgd(let usual, let isNesterov)):
      let momentum = momentum ?? usual
      // Nesterov's method needs momentum.
      return .sgd(momentum: momentum, nesterov: nesterov ?? (isNesterov && momentum > 0))
    }
  }
}
