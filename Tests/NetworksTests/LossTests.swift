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
        let (softmax, gradient) = (call.softmax(row), call.gradient(row))
        for index in 0..<call.classes {
          let target = 0.2 / Float(call.classes) + (index == call.label(row) ? 0.8 : 0)
          score.lossSum -= Double(target * softmax.logarithm(index))
          gradient?[index] = (softmax[index] - target) / Float(call.imagesOfBatch)
        }
      }
      return score
    }
  }

  @Test(
    "the rows of a custom loss are those of its arguments, and their softmax does not overflow")
  func rows() throws {
    let logits: [Float] = [0, 1, 2, 1000, -1000, 1000, .nan, 0, 0]
    var gradient = [Float](repeating: 0, count: 9)
    logits.withUnsafeBufferPointer { logits in
      ([2, 0, 1] as [Int32]).withUnsafeBufferPointer { labels in
        gradient.withUnsafeMutableBufferPointer { gradient in
          let call = CustomLossCall(
            logits: logits, labels: labels, classes: 3, imagesOfBatch: 3, gradient: gradient)
          #expect((0..<3).map(call.label) == [2, 0, 1])
          #expect(Array(call.logits(1)) == [1000, -1000, 1000])
          for row in 0..<3 {
            for index in 0..<3 { call.gradient(row)?[index] = Float(3 * row + index) }
          }
          let first = call.softmax(0)
          #expect(first.count == 3)
          #expect(abs((0..<3).reduce(0) { $0 + first[$1] } - 1) < 1e-6)
          #expect(abs(Double(first[2] / first[1]) - exp(1)) < 2e-6)
          #expect(abs(Double(first.logarithm(0)) + log(1 + exp(1) + exp(2))) < 1e-6)
          let second = call.softmax(1)
          #expect([second[0], second[1], second[2]] == [0.5, 0, 0.5])
          #expect(abs(Double(second.logarithm(1)) + 2000 + log(2)) < 1e-4)
          #expect(call.softmax(2)[1].isNaN)
        }
      }
    }
    #expect(gradient == (0..<9).map { Float($0) })
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
            isNear(
              try own.gradient(name, as: Double.self), try builtIn.gradient(name, as: Double.self),
              within: 1e-5),
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
    "labels that are smoothed by less than 0 or more than 1 are rejected", arguments: [-0.1, 1.5, Double.nan])
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
