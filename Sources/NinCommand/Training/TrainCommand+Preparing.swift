import ArgumentParser
import NetworkInNetwork

/// Checks before the data is read and before anything is created.
extension TrainCommand {
  /// The recipe file of a run to resume that was killed before it wrote a state; nil if there is none, or another
  /// recipe is given.
  func recipeFile(in folder: RunFolder?) -> String? {
    guard let folder, options.recipe == nil, !folder.hasState, folder.hasRecipe else { return nil }
    return folder.recipe
  }

  /// Determines the recipe and the backend.
  ///
  /// - Parameters:
  ///   - folder: The folder of the run to resume, if any.
  ///   - recipeFile: The recipe of a new run, if the options name none.
  /// - Returns: The stored state to resume from, or nil; the recipe; the backend.
  /// - Throws: `ValidationError`, `TrainingError` or `BackendError` if the options are invalid.
  func prepare(_ folder: RunFolder?, recipeFile: String?) throws -> (
    stored: TrainingState?, recipe: Recipe, backend: any Backend
  ) {
    var options = options
    options.recipe = options.recipe ?? recipeFile
    let stored = try folder.flatMap(storedState)
    try stored?.requireNoCustomFunctions()
    if let stored { try requireImages(of: stored) }
    var recipe =
      try stored.map { try options.resumedRecipe($0, folder: output) } ?? options.newRecipe()
    recipe.apply(data, compute)
    try recipe.requireFolder(path: options.recipe)
    recipe.weights = recipe.weights.map(absolutePath)
    try requireForeign(recipe.weights)
    try recipe.validate()
    let backend = try makeBackend(stored, recipe)
    if let convolutions = recipe.computation.convolutions { try backend.requireAlgorithm(of: convolutions) }
    // A run that a program began may have another network than the recipe's.
    if stored?.model == nil { try requireSize(recipe) }
    return (stored, recipe, backend)
  }

  /// Rejects a run on images that a program gave, unless a folder that may have them is given.
  private func requireImages(of stored: TrainingState) throws {
    guard stored.data?.isCustom == true, data.folder == nil else { return }
    throw TrainingError.mismatch(
      reason:
        "the run in \(output) has custom images; resume it in the program that started it, or give the folder of these "
        + "images with --data")
  }

  /// Prepares the trainer of a new or resumed run.
  ///
  /// - Throws: The errors of `Trainer`; for a run on images that a program gave, that the folder does not have them.
  func makeTrainer(
    _ state: TrainingState, _ images: (training: LabeledImages, test: LabeledImages),
    _ backend: any Backend, _ folder: RunFolder
  ) throws -> Trainer {
    do {
      return try Trainer(
        state: state, training: images.training, test: images.test, backend: backend, folder: folder,
        interval: checkpointEvery)
    } catch TrainingError.dataChanged where state.data?.isCustom == true {
      throw TrainingError.mismatch(
        reason:
          "\(data.folder ?? "") does not have the custom images of the run in \(output); resume it in the program that "
          + "started it")
    }
  }

  /// Rejects initial weights in a file that this run would move away.
  private func requireForeign(_ weights: String?) throws {
    guard let weights, !resume, isSameFolder(output, folderPath(of: weights)) else { return }
    throw ValidationError(
      "--weights is in the --output folder, whose files are moved away when a run starts; give another --output"
    )
  }

  /// The state to resume from; nil if there is none and a new run starts.
  private func storedState(_ folder: RunFolder) throws -> TrainingState? {
    guard folder.hasState else {
      guard !folder.hasCheckpoint else {
        throw ValidationError(
          "\(output) has a network but no training state to resume from; give another --output, or omit "
            + "--resume to move the network to \(folder.earlier) and start a new run")
      }
      return nil
    }
    return try folder.newestState().state
  }

  private func makeBackend(_ stored: TrainingState?, _ recipe: Recipe) throws -> any Backend {
    guard shared.backend == nil, let name = stored?.backend ?? recipe.computation.backend else {
      return try shared.makeBackend(allowsEmulation: compute.allowEmulation)
    }
    do {
      return try shared.makeBackend(named: name, allowsEmulation: compute.allowEmulation)
    } catch let error as BackendError {
      // Another backend would not get more threads.
      if case .tooFewThreads = error { throw error }
      guard stored != nil else {
        throw BackendError.unavailable(
          reason: "the recipe requires \(name): \(error); choose another with --backend")
      }
      throw BackendError.unavailable(
        reason: "the run in \(output) uses the backend \(name): \(error); choose another with --backend")
    }
  }

  /// Checks, before the data is read, that the network accepts images of this size and outputs one number per class.
  private func requireSize(_ recipe: Recipe) throws {
    let (side, model) = (recipe.imageSize, try recipe.network(classes: 1))
    let name = "\(recipe.model)\(recipe.tab.map { " of the tab \($0.rawValue.quoted)" } ?? "")"
    do {
      let output = try model.resolved(for: [1, 1, side, side]).last?.operation.outputShape
      guard let output, output.elementCount > 1 else { return }
      throw ValidationError(
        "\(name) gives \(output.elementCount) numbers per class for images of \(side)×\(side); its window gives one for "
          + "195 to 226 pixels")
    } catch let error as LayerError {
      throw withSmallestImage(
        error, model: model, name: name, channels: 1, imageSize: side)
    }
  }
}
