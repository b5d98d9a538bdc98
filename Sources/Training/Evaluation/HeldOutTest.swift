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
      guard let (score, confusion) = try score(validation, shouldStop, didTest) else { return nil }
      scores.validation = score
      scores.confusion = confusion
    }
    if let test = images.test {
      var batches = BatchMeans()
      let result = try score(test, shouldStop, didTest) { batches.add($0.score) }
      guard let (score, confusion) = result else { return nil }
      scores.test = score
      scores.testBatches = batches
      scores.confusion = scores.confusion ?? confusion
    }
    return scores
  }

  private func score(
    _ part: LabeledImages, _ shouldStop: () -> Bool, _ didTest: (Int) -> Void,
    didEvaluate: (EvaluatedBatch) -> Void = { _ in }
  ) throws -> (ClassificationScore, ConfusionMatrix)? {
    var confusion = ConfusionMatrix(classes: part.classNames.count)
    let score = try evaluate(
      network, on: part, resize: resize, batchSize: batchSize, loss: loss, shouldStop: shouldStop
    ) { batch in
      confusion.add(batch)
      didEvaluate(batch)
      didTest(batch.count)
    }
    return score.map { ($0, confusion) }
  }
}
