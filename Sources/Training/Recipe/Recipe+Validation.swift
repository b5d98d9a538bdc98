import Tensors

extension Recipe {
  /// Checks that the recipe's numbers are in range.
  ///
  /// - Throws: ``TrainingError`` that names the number and its range.
  public func validate() throws {
    try requireCounts()
    try requireNumbers()
    try learningRate.validate()
    try optimizer.validate()
    if let tab { try requireRoom(for: tab) }
    if case .fixed(let normalization) = normalization {
      let (mean, deviation) = (normalization.mean, normalization.deviation)
      guard !mean.isEmpty, mean.count == deviation.count, mean.allSatisfy(\.isFinite),
        deviation.allSatisfy({ $0 > 0 && $0.isFinite })
      else {
        throw TrainingError.invalidRecipe(
          reason:
            "the normalization has the means \(mean) and the deviations \(deviation); it needs as many means as "
            + "deviations, all finite, and the deviations above 0")
      }
    }
    if let name = initialization.constants.first(where: { !$0.value.isFinite })?.key {
      throw TrainingError.invalidRecipe(
        reason: "the initial constant of \(name.quoted) is not a finite number")
    }
  }

  private func requireCounts() throws {
    let counts = [
      ("image size", imageSize, 1, 1 << 14), ("batch size", batchSize, 1, 1 << 20),
      ("number of epochs", epochs, 1, 1_000_000),
      ("number of training images", trainingLimit ?? 1, 1, Int.max),
      ("number of test images", testLimit ?? 1, 1, Int.max),
      ("patience", patience ?? 1, 1, 1_000_000),
      ("micro-batch", computation.microBatch ?? 1, 1, 1 << 20),
      ("shift of images", augmentation.shift, 0, max(imageSize - 1, 0)),
    ]
    for (name, count, least, most) in counts where !(least...most).contains(count) {
      throw TrainingError.invalidRecipe(
        reason: "the \(name) is \(count); it must be between \(least) and \(most)")
    }
  }

  private func requireNumbers() throws {
    let numbers = [
      ("weight decay", weightDecay), ("maximum norm of the gradients", maximumGradientNorm ?? 0),
    ]
    guard maximumGradientNorm != 0 else {
      throw TrainingError.invalidRecipe(
        reason: "the maximum norm of the gradients is 0, with which nothing is learned; use null for no limit"
      )
    }
    for (name, number) in numbers where !(number >= 0 && number.isFinite) {
      throw TrainingError.invalidRecipe(
        reason: "the \(name) is \(number); it must be a finite number of at least 0")
    }
    let shares = [
      ("label smoothing", labelSmoothing),
      ("decay of the average", averageDecay ?? 0),
      ("validation split", validationSplit),
    ]
    for (name, share) in shares where !(share >= 0 && share < 1) {
      throw TrainingError.invalidRecipe(
        reason: "the \(name) is \(share); it must be at least 0 and less than 1")
    }
    if let split = computation.testSplit, !(split > 0 && split < 1) {
      throw TrainingError.invalidRecipe(
        reason: "the test split is \(split); it must be more than 0 and less than 1")
    }
    if let channels = computation.channels, channels != 1, channels != 3 {
      throw TrainingError.invalidRecipe(
        reason: "the number of channels of images is \(channels); it must be 1 or 3")
    }
    guard (0...1).contains(augmentation.erasing) else {
      throw TrainingError.invalidRecipe(
        reason: "the probability of erasing is \(augmentation.erasing); it must be between 0 and 1")
    }
  }
}

extension LearningRateSchedule {
  fileprivate func validate() throws {
    guard peak >= 0, peak.isFinite else {
      throw TrainingError.invalidRecipe(
        reason: "the learning rate is \(peak); it must be a finite number of at least 0")
    }
    guard (0...1 << 40).contains(warmUpSteps) else {
      throw TrainingError.invalidRecipe(
        reason: "the warm-up has \(warmUpSteps) steps; it must have 0 to \(1 << 40)")
    }
    guard case .step(let epochs, let factor) = shape else { return }
    guard epochs >= 1, factor > 0, factor <= 1 else {
      throw TrainingError.invalidRecipe(
        reason:
          "the learning rate is multiplied by \(factor) every \(epochs) epochs; the factor must be more than 0 and at most 1, "
          + "the interval at least 1 epoch")
    }
  }
}

extension Optimizer {
  fileprivate func validate() throws {
    switch self {
    case .sgd(let momentum, let nesterov):
      guard (0..<1).contains(momentum) else {
        throw TrainingError.invalidRecipe(
          reason: "the momentum is \(momentum); it must be at least 0 and less than 1")
      }
      guard !nesterov || momentum > 0 else {
        throw TrainingError.invalidRecipe(reason: "Nesterov's method needs a momentum of more than 0")
      }
    case .adamW(let beta1, let beta2, let epsilon):
      guard (0..<1).contains(beta1), (0..<1).contains(beta2) else {
        throw TrainingError.invalidRecipe(
          reason: "beta1 is \(beta1) and beta2 \(beta2); both must be at least 0 and less than 1")
      }
      guard epsilon > 0, epsilon.isFinite else {
        throw TrainingError.invalidRecipe(
          reason: "epsilon is \(epsilon); it must be a finite number greater than 0")
      }
    }
  }
}
