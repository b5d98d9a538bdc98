import Backends
import Datasets
import Networks

/// A network's scores on images that it was not trained on.
struct HeldOutScores {
  var validation: ClassificationScore?
  var test: ClassificationScore?
  var testBatches = BatchMeans()
  /// The confusion matrix of the validation images, or without any, of the test images.
  var confusion: ConfusionMatrix?
}

/// Evaluates a network on images that it was not trained on.
struct HeldOutTest {
  let network: Network
  let images: TrainingImages
  let batchSize: Int
  let loss: Loss
  let resize: ResizeMethod

  /// The scores on the validation and test images, if any; nil if `shouldStop` returned true.
  ///
  /// - Parameters:
  ///   - shouldStop: Called after each batch.
  ///   - didTest: Called with the number of images in each batch.
  /// - Returns: The scores.
  /// - Throws: As `evaluate`.
  func scores(_ shouldStop: () -> Bool, didTest: (Int) -> Void) throws -> HeldOutScores? {
    var scores = HeldOutScores()
    if let validation = images.validation {
      var confusion = ConfusionMatrix(classes: validation.classNames.count)
      scores.validation = try score(validation, shouldStop) { batch in
        confusion.add(batch)
        didTest(batch.count)
      }
      scores.confusion = confusion
      if scores.validation == nil { return nil }
    }
    if let test = images.test {
      var confusion = ConfusionMatrix(classes: test.classNames.count)
      scores.test = try score(test, shouldStop) { batch in
        scores.testBatches.add(batch.score)
        confusion.add(batch)
        didTest(batch.count)
      }
      scores.confusion = scores.confusion ?? confusion
      if scores.test == nil { return nil }
    }
    return scores
  }

  private func score(
    _ part: LabeledImages, _ shouldStop: () -> Bool, didEvaluate: (EvaluatedBatch) -> Void
  ) throws -> ClassificationScore? {
    try evaluate(
      network, on: part, resize: resize, batchSize: batchSize, loss: loss, shouldStop: shouldStop,
      didEvaluate: didEvaluate)
  }
}
