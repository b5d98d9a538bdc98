import Datasets
import Networks
import Tensors

/// The images of a training run, divided as its recipe says.
public struct TrainingImages: Sendable {
  /// The images to train on.
  public let training: LabeledImages
  /// The images to judge epochs by; nil if none are given and the recipe has no validation split.
  public let validation: LabeledImages?
  /// The images to test on, if any.
  public let test: LabeledImages?
  /// The digests that identify the data.
  package let digests: DataDigests

  /// Divides the images.
  ///
  /// - Parameters:
  ///   - training: The training images, before the split.
  ///   - validation: The images to judge epochs by, instead of a split.
  ///   - test: The test images.
  ///   - recipe: The recipe, for the limits and the share to hold out.
  /// - Throws: ``TrainingError`` if a part is or would be empty, validation images are both given and split off, or the numbers
  ///   of channels or classes differ.
  init(
    _ training: LabeledImages, validation: LabeledImages?, test: LabeledImages?, _ recipe: Recipe
  ) throws {
    for (name, images) in [("training", training), ("validation", validation), ("test", test)]
    where images?.count == 0 {
      throw TrainingError.unsuitableInput(reason: "the \(name) images are empty: there must be at least one")
    }
    try Self.requireSameKind(validation, "validation", as: training)
    try Self.requireSameKind(test, "test", as: training)
    let all = recipe.trainingLimit.map(training.prefix) ?? training
    self.test = test.map { test in recipe.testLimit.map(test.prefix) ?? test }
    let isOfFolder = validation == nil && Self.areParts(training, test)
    digests = DataDigests(
      training: all.digest, validation: validation?.digest, test: self.test?.digest, isCustom: !isOfFolder)
    guard recipe.validationSplit > 0 else {
      self.training = all
      self.validation = validation
      return
    }
    guard validation == nil else {
      throw TrainingError.invalidRecipe(
        reason:
          "the recipe has a validation split of \(recipe.validationSplit), but validation images are given as well; use only one of the two"
      )
    }
    do {
      let (remaining, heldOut) = try all.split(fraction: recipe.validationSplit, seed: recipe.seed)
      self.training = remaining
      self.validation = heldOut
    } catch is DatasetError {
      throw TrainingError.unsuitableInput(
        reason:
          "a validation split of \(recipe.validationSplit) of \(counted(all.count, "image")) leaves one of the two parts empty"
      )
    }
  }

  /// Whether these are all training and all test images of one folder, divided alike, so that it determines both.
  private static func areParts(_ training: LabeledImages, _ test: LabeledImages?) -> Bool {
    guard let source = training.source, source.part == .training, let test else { return false }
    return test.source == ImageSource(folder: source.folder, part: .test)
      && test.heldOutFraction == training.heldOutFraction
  }

  /// Requires images to have as many channels and classes as the training images.
  private static func requireSameKind(
    _ images: LabeledImages?, _ name: String, as training: LabeledImages
  ) throws {
    guard let images else { return }
    let counts = [
      ("channels", images.channels, training.channels),
      ("classes", images.classNames.count, training.classNames.count),
    ]
    for (what, count, expected) in counts where count != expected {
      throw TrainingError.unsuitableInput(
        reason:
          "the number of \(what) of the \(name) images is \(count); the training images have \(expected)")
    }
  }

  /// The normalization chosen by a recipe.
  ///
  /// - Parameters:
  ///   - choice: The recipe's choice; nil to use that of the weights.
  ///   - weights: The normalization of the initial weights, if known.
  /// - Returns: The normalization.
  /// - Throws: The errors of images that cannot be read.
  func normalization(_ choice: NormalizationChoice?, weights: Normalization?) throws -> Normalization {
    switch choice {
    case nil: return weights ?? .none
    case .fixed(let normalization): return normalization
    case .measured:
      let (mean, deviation) = try training.meanAndDeviation()
      return Normalization(mean: mean, deviation: deviation)
    }
  }

  /// The sizes of all batches that will be run, the most frequent first.
  func batchSizes(_ usual: Int) -> [Int] {
    let last = [training, validation, test].compactMap { $0.map { $0.count % usual } }
    return [usual] + last.filter { $0 > 0 }
  }
}
