import Datasets
import Networks
import Tensors

/// The images of a training run, divided as its recipe says.
public struct TrainingImages: Sendable {
  /// The images to train on.
  public let training: LabeledImages
  /// The images to judge epochs by; nil without a validation split.
  public let validation: LabeledImages?
  /// The images to test on, if any.
  public let test: LabeledImages?
  /// The digests that identify the data.
  package let digests: DataDigests

  /// Divides the images.
  ///
  /// - Parameters:
  ///   - training: The training images, before the split.
  ///   - test: The test images.
  ///   - recipe: The recipe, for the limits and the share to hold out.
  /// - Throws: ``TrainingError`` if a part would be empty.
  init(_ training: LabeledImages, test: LabeledImages?, _ recipe: Recipe) throws {
    let all = recipe.trainingLimit.map(training.prefix) ?? training
    self.test = test.map { test in recipe.testLimit.map(test.prefix) ?? test }
    digests = DataDigests(training: all.digest, test: self.test?.digest)
    guard recipe.validationSplit > 0 else {
      self.training = all
      validation = nil
      return
    }
    let heldOut = Int((Double(all.count) * recipe.validationSplit).rounded())
    guard (1..<all.count).contains(heldOut) else {
      throw TrainingError.unsuitableInput(
        reason:
          "a validation split of \(recipe.validationSplit) of \(all.count) images leaves one of the two parts empty"
      )
    }
    var numbers = PhiloxGenerator(seed: recipe.seed, purpose: .split, index: 0)
    let order = Shuffle.order(count: all.count, using: &numbers)
    validation = all.selecting(order.prefix(heldOut).sorted())
    self.training = all.selecting(order.dropFirst(heldOut).sorted())
  }

  /// The normalization chosen by a recipe.
  func normalization(_ choice: NormalizationChoice) throws -> Normalization {
    switch choice {
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
