import ArgumentParser
import NetworkInNetwork

/// What can be wrong with a training is found before the data are read and before anything is created.
extension TrainCommand {
  /// Finds out what is trained, and on which backend.
  ///
  /// - Parameter folder: The folder of a training to resume; nil if there is none.
  /// - Returns: The stored state to resume from, or nil; the recipe; the backend.
  /// - Throws: `ValidationError`, `TrainingError` or `BackendError` if these options cannot work.
  func prepare(_ folder: RunFolder?) throws -> (
    stored: TrainingState?, recipe: Recipe, backend: any Backend
  ) {
    let stored = try folder.flatMap(storedState)
    var recipe =
      try stored.map { try options.resumedRecipe($0, folder: output) } ?? options.newRecipe()
    recipe.computation.apply(data, compute)
    recipe.weights = recipe.weights.map(absolutePath)
    try requireForeign(recipe.weights)
    try recipe.validate()
    let backend = try makeBackend(stored, recipe)
    if let convolutions = recipe.computation.convolutions { try backend.requireAlgorithm(of: convolutions) }
    try requireSize(recipe)
    return (stored, recipe, backend)
  }

  /// Refuses to begin with a network that this training would move away and replace.
  private func requireForeign(_ weights: String?) throws {
    guard let weights, !resume, isSameFolder(output, folderPath(of: weights)) else { return }
    throw ValidationError(
      "--weights is in the --output folder, whose files are moved away when a training begins; give another --output"
    )
  }

  /// The state to resume from; nil if there is none and a new training starts.
  private func storedState(_ folder: RunFolder) throws -> TrainingState? {
    guard folder.hasState else {
      guard !folder.hasCheckpoint else {
        throw ValidationError(
          "\(output) has a network but no training state to resume from; give another --output, or leave out "
            + "--resume to move the network to \(folder.earlier) and start a new training")
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
      guard stored != nil else {
        throw BackendError.unavailable(
          reason: "the recipe asks for \(name): \(error); --backend trains on another")
      }
      throw BackendError.unavailable(
        reason: "the training in \(output) runs on \(name): \(error); --backend resumes it on another")
    }
  }

  /// Finds out before the data are read whether the network takes images of this size, and gives one number for each class.
  private func requireSize(_ recipe: Recipe) throws {
    let (side, model) = (recipe.imageSize, try recipe.network(classes: 1))
    let name = "\(recipe.model)\(recipe.tab.map { " of the tab '\($0.rawValue)'" } ?? "")"
    do {
      let output = try model.resolved(for: [1, 1, side, side]).last?.operation.outputShape
      guard let output, output.elementCount > 1 else { return }
      throw ValidationError(
        "\(name) gives \(output.elementCount) numbers for each class on images of \(side)×\(side); its window gives one on "
          + "195 to 226 pixels")
    } catch let error as LayerError {
      throw withSmallestImage(
        error, model: model, name: name, channels: 1, imageSize: side)
    }
  }
}
