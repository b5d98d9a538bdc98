import Backends
import Datasets
import Networks

/// How a network did on what it was not trained on.
struct HeldOutScores {
  var validation: ClassificationScore?
  var test: ClassificationScore?
}

/// Runs a network on what it was not trained on.
struct HeldOutTest {
  let network: Network
  let images: TrainingImages
  let batchSize: Int
  let loss: Loss

  /// The scores of the parts that there are; nil if it was asked to stop.
  func scores(_ shouldStop: () -> Bool) throws -> HeldOutScores? {
    var scores = HeldOutScores()
    for (part, score) in [(images.validation, \HeldOutScores.validation), (images.test, \.test)] {
      guard let part else { continue }
      scores[keyPath: score] = try evaluate(
        network, on: part, batchSize: batchSize, loss: loss, shouldStop: shouldStop)
      if scores[keyPath: score] == nil { return nil }
    }
    return scores
  }
}
