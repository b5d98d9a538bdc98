import Datasets
import Layers
import Tensors

extension TrainingState {
  /// The recipe's keys that may change when training is resumed, besides the choices of ``Recipe/Computation``.
  private static let changeable: Set = ["epochs", "patience"]

  /// Replaces the recipe; with more epochs than before, a run that an observer stopped can continue.
  package mutating func replaceRecipe(by recipe: Recipe) {
    if recipe.epochs > self.recipe.epochs { isStopped = false }
    self.recipe = recipe
  }

  /// The state with a recipe's number of epochs, patience and computation.
  ///
  /// - Parameters:
  ///   - given: The recipe that training is resumed with.
  ///   - givesNetwork: Whether the program gives the network, which the trainer then compares instead of the recipe's.
  /// - Returns: The state to resume from.
  /// - Throws: ``TrainingError`` that names the keys in which the recipe differs from the stored one.
  func resumed(with given: Recipe, givesNetwork: Bool) throws -> TrainingState {
    var (changed, state) = (asStored(given), self)
    if given.computation == Recipe.Computation() { changed.computation = recipe.computation }
    if givesNetwork { changed.model = recipe.model }
    var comparable = changed
    comparable.computation = recipe.computation
    if givesNetwork { comparable.custom.network = recipe.custom.network }
    let differing = zip(RecipeFile.values(of: recipe), RecipeFile.values(of: comparable))
      .filter { $0.value != $1.value && !Self.changeable.contains($0.key) }.map(\.0.key)
    guard differing.isEmpty else {
      throw TrainingError.mismatch(
        reason:
          "the run to resume began with a different \(differing.map(\.quoted).joined(separator: ", ")); "
          + "only the number of epochs, the patience and the computation (backend, precision, …) may change")
    }
    state.replaceRecipe(by: changed)
    return state
  }

  /// Requires that the run has no custom functions, for a program that has none.
  ///
  /// - Throws: ``TrainingError`` that names them.
  package func requireNoCustomFunctions() throws {
    if let functions { try FunctionNames().requireSame(as: functions) }
  }

  /// The recipe from which the run can be repeated: with what the recipe left open, and the names of what is custom.
  package var completeRecipe: Recipe {
    var complete = recipe
    complete.computation.backend = backend
    complete.computation.precision = precision
    complete.computation.microBatch = microBatch
    complete.computation.convolutions = convolutions
    complete.normalization = recipe.normalization ?? normalization.map { .fixed($0) }
    complete.custom.network = model.map(Recipe.CustomParts.name)
    complete.custom.loss = functions?.loss
    complete.custom.updateRule = functions?.updateRule
    complete.custom.transforms = functions?.transforms ?? []
    complete.custom.hasImages = data?.isCustom ?? false
    return complete
  }

  /// A recipe as the state would have it: without what ``completeRecipe`` adds, so that a run can be resumed with its own.
  ///
  /// - Parameter given: The recipe that training is resumed with.
  /// - Returns: The recipe; what it adds to this run's remains.
  package func asStored(_ given: Recipe) -> Recipe {
    let own = completeRecipe.custom
    var result = given
    // A run of a version before 0.5 keeps its rule.
    if format == nil { result.decaysBiases = recipe.decaysBiases }
    // States of versions before 0.6 always have a normalization.
    let isOwn = given.normalization == normalization.map(NormalizationChoice.fixed)
    if given.normalization == nil || isOwn { result.normalization = recipe.normalization }
    if given.custom.network != nil, given.custom.network == own.network {
      result.model = recipe.model
      result.custom.network = nil
    }
    if given.custom.loss == own.loss { result.custom.loss = nil }
    if given.custom.updateRule == own.updateRule { result.custom.updateRule = nil }
    if given.custom.transforms == own.transforms { result.custom.transforms = [] }
    // Images are compared by their digests.
    result.custom.hasImages = recipe.custom.hasImages
    return result
  }

  /// Whether the network in a folder is the run's last one or, if the process was killed while writing it, the previous
  /// one; states of versions before 0.4 do not have the digest, and a run without a complete epoch has not written a
  /// network.
  func ownsCheckpoint(in folder: RunFolder) throws -> Bool {
    guard folder.hasCheckpoint else { return true }
    guard let checkpoint else { return data == nil && epoch > 0 }
    let found = try MD5.hexadecimalDigest(ofFile: folder.checkpoint)
    return found == checkpoint || batch == 0 && found == previousCheckpoint
  }
}
