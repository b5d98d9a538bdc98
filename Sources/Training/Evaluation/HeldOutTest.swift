import Backends
import Datasets
import Networks

/// How a network did on what it was not trained on.
struct HeldOutScores {
  var validation: ClassificationScore?
  var test: ClassificationScore?
  var testBatches = BatchMeans()
}

/// Runs a network on what it was not trained on.
struct HeldOutTest {
  let network: Network
  let images: TrainingImages
  let batchSize: Int
  let loss: Loss
  let resize: ResizeMethod

  /// The scores of the parts that there are; nil if it was asked to stop.
  func scores(_ shouldStop: () -> Bool) throws -> HeldOutScores? {
    var scores = HeldOutScores()
    if let validation = images.validation {
      scores.validation = try score(validation, shouldStop) { _ in }
      if scores.validation == nil { return nil }
    }
    if let test = images.test {
      scores.test = try score(test, shouldStop) { scores.testBatches.add($0.score) }
      if scores.test == nil { return nil }
    }
    return scores
  }

  private func score(
    _ part: LabelledImages, _ shouldStop: () -> Bool, didEvaluate: (EvaluatedBatch) -> Void
  ) throws -> ClassificationScore? {
    try evaluate(
      network, on: part, resize: resize, batchSize: batchSize, loss: loss, shouldStop: shouldStop,
      didEvaluate: didEvaluate)
  }
}
