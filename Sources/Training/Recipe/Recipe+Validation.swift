extension Recipe {
  /// Requires that the recipe's numbers are those of a training.
  ///
  /// - Throws: ``TrainingError`` that names the number and its bounds.
  public func validate() throws {
    let counts = [
      ("image size", imageSize, 1 << 14), ("batch size", batchSize, 1 << 20),
      ("number of epochs", epochs, 1_000_000),
      ("number of training images", trainingLimit ?? 1, Int.max),
      ("number of test images", testLimit ?? 1, Int.max),
    ]
    for (name, count, limit) in counts where !(1...limit).contains(count) {
      throw TrainingError("the \(name) is \(count); it must lie between 1 and \(limit)")
    }
    guard (0...1 << 40).contains(learningRate.warmUpSteps) else {
      throw TrainingError("the warm-up has \(learningRate.warmUpSteps) steps; it must have at least 0")
    }
    if case .step(let epochs, let factor) = learningRate.shape {
      guard epochs >= 1, factor > 0, factor <= 1 else {
        throw TrainingError(
          "the learning rate is multiplied by \(factor) every \(epochs) epochs; it must be by more than 0 and at most 1, "
            + "every 1 epoch or more")
      }
    }
    let numbers = [
      ("learning rate", learningRate.peak), ("momentum", momentum), ("weight decay", weightDecay),
      ("largest norm of the gradients", maximumGradientNorm ?? 0),
    ]
    for (name, number) in numbers where !(number >= 0 && number.isFinite) {
      throw TrainingError("the \(name) is \(number); it must be a number of at least 0")
    }
    let (mean, deviation) = (normalisation.mean, normalisation.deviation)
    guard !mean.isEmpty, mean.count == deviation.count, mean.allSatisfy(\.isFinite),
      deviation.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw TrainingError(
        "the normalisation has the means \(mean) and the deviations \(deviation); as many finite means as "
          + "deviations above 0 are needed")
    }
  }
}
