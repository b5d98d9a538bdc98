import Backends
import Networks
import Tensors
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Losses")
struct LossTests {
  /// Cross entropy with labels smoothed by 0.2, as a custom loss.
  private struct Smoothed: CustomLoss {
    func score(_ call: CustomLossCall) -> ClassificationScore {
      var score = ClassificationScore(correct: call.correctCount, count: call.count)
      for row in 0..<call.count {
        let logits = call.logits[row * call.classes..<(row + 1) * call.classes].map { Double($0) }
        let logSum = log(logits.reduce(0) { $0 + exp($1) })
        for (index, logit) in logits.enumerated() {
          let target = 0.2 / Double(call.classes) + (index == Int(call.labels[row]) ? 0.8 : 0)
          score.lossSum += target * (logSum - logit)
          call.gradient?[row * call.classes + index] =
            Float((exp(logit - logSum) - target) / Double(call.imagesOfBatch))
        }
      }
      return score
    }
  }

  @Test("a custom loss gives the same as the built-in one, in parts of a batch", arguments: [1, 2, 7])
  func custom(microBatch: Int) throws {
    for backend in try TestedBackends.all() {
      for precision in backend.information.precisions where precision != .bfloat16 {
        // With batch normalization, parts are impossible on a backend that needs the whole batch.
        let parts = backend.name == "reference" ? nil : microBatch
        let own = try SmallNetwork.make(backend, precision, microBatch: parts)
        let builtIn = try SmallNetwork.make(backend, precision, microBatch: parts)
        let scores = (
          try own.computeGradients(loss: .custom(Smoothed())),
          try builtIn.computeGradients(loss: .crossEntropy(labelSmoothing: 0.2))
        )
        #expect(abs(scores.0.loss - scores.1.loss) < 1e-6)
        #expect(scores.0.correct == scores.1.correct && scores.0.count == scores.1.count)
        for (name, _) in own.parameterShapes {
          #expect(
            isNear(try own.gradient(name), try builtIn.gradient(name), within: 1e-5),
            "\(backend.name), \(precision), \(name)")
        }
        let evaluations = (
          try own.evaluate(loss: .custom(Smoothed())),
          try own.evaluate(loss: .crossEntropy(labelSmoothing: 0.2))
        )
        #expect(abs(evaluations.0.loss - evaluations.1.loss) < 1e-6)
      }
    }
  }

  @Test(
    "smoothing is that of the label's loss and of the mean over all classes", arguments: TestedBackends.names)
  func smoothing(backend: String) throws {
    let network = try SmallNetwork.make(TestedBackends.make(backend))
    let logits = try network.predict(SmallNetwork.images)
    var expected = 0.0
    for (row, label) in SmallNetwork.labels.enumerated() {
      let scores = logits.elements[row * 4..<row * 4 + 4].map { Double($0) }
      let logSum = log(scores.reduce(0) { $0 + exp($1) })
      expected += 0.9 * (logSum - scores[Int(label)]) + 0.1 * (logSum - scores.reduce(0, +) / 4)
    }
    let score = try network.evaluate(loss: .crossEntropy(labelSmoothing: 0.1))
    #expect(abs(score.lossSum - expected) < 1e-5)
    #expect(try network.evaluate(loss: .crossEntropy(labelSmoothing: 0)) == network.evaluate())
  }

  @Test(
    "labels that are smoothed by less than 0 or more than 1 are refused", arguments: [-0.1, 1.5, Double.nan])
  func refusals(smoothing: Double) throws {
    let network = try SmallNetwork.make(TestedBackends.make("reference"))
    #expect(throws: NetworkError.self) {
      try network.computeGradients(loss: .crossEntropy(labelSmoothing: smoothing))
    }
    #expect(throws: NetworkError.self) {
      try network.evaluate(loss: .crossEntropy(labelSmoothing: smoothing))
    }
  }
}
