import Backends
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Conformance {
  /// Loss, gradient and hits against the plain formula in Double, for random, huge, equal and NaN scores.
  func checkSoftmaxCrossEntropy(_ report: inout CheckReport) {
    var numbers = RandomNumbers(seed: seed, index: 0)
    let random = (0..<5).map { _ in numbers.normal([4]).elements }
    let rows = random + [[1e4, -1e4, 0, 1], [-1e4, -1e4, -1e4, 1e4], [2, 2, 2, 2], [1e30, 0, -1e30, 5]]
    let labels: [Int32] = [0, 1, 2, 3, 0, 1, 3, 0, 0]
    for (row, label) in zip(rows, labels) { compareScore([row], [label], &report) }
    compareScore(rows, labels, &report)
    let score = score([[0, .nan, 1, 2]], [0])
    report.count([score.score.lossSum], of: "loss")
    if !score.score.lossSum.isNaN { report.fail("softmax cross entropy", "NaN among the scores is lost") }
  }

  private func compareScore(_ rows: [[Double]], _ labels: [Int32], _ report: inout CheckReport) {
    let scale = 0.125
    let subject = "\(backend.name), seed \(seed): softmax cross entropy of \(rows) at \(labels)"
    var expected = ClassificationScore()
    var gradient: [Double] = []
    for (row, label) in zip(rows, labels) {
      let largest = row.max() ?? 0
      let sum = row.reduce(0) { $0 + exp($1 - largest) }
      expected += ClassificationScore(
        lossSum: log(sum) - (row[Int(label)] - largest),
        correct: row.firstIndex(of: largest) == Int(label) ? 1 : 0, count: 1)
      gradient += row.enumerated().map { scale * (exp($1 - largest) / sum - ($0 == Int(label) ? 1 : 0)) }
    }
    let (score, actualGradient) = score(rows, labels)
    report.countCase()
    report.count([expected.lossSum] + gradient, of: "loss")
    if !(abs(score.lossSum - expected.lossSum) <= 1e-6 * (1 + abs(expected.lossSum))) {
      report.fail(subject, "the loss is \(score.lossSum) instead of \(expected.lossSum)")
    }
    if score.correct != expected.correct || score.count != expected.count {
      report.fail(
        subject,
        "\(score.correct) of \(score.count) are correct instead of \(expected.correct) of \(expected.count)")
    }
    for (place, (actual, expected)) in zip(actualGradient, gradient).enumerated()
    where !(abs(actual - expected) <= 1e-6 * scale) {
      report.fail(subject, "the gradient is \(actual) instead of \(expected) at element \(place)")
    }
  }

  private func score(
    _ rows: [[Double]], _ labels: [Int32]
  ) -> (score: ClassificationScore, gradient: [Double]) {
    backend.threads.makeCurrent()
    let logits = rows.joined().map { Float($0) }
    var gradient = [Float](repeating: .nan, count: logits.count)
    let result = logits.withUnsafeBytes { logits in
      gradient.withUnsafeMutableBytes { gradient in
        labels.withUnsafeBufferPointer { labels in
          score(logits.baseAddress, gradient.baseAddress, labels, classes: rows[0].count)
        }
      }
    }
    return (result, gradient.map { Double($0) })
  }

  private func score(
    _ logits: UnsafeRawPointer?, _ gradient: UnsafeMutableRawPointer?, _ labels: UnsafeBufferPointer<Int32>,
    classes: Int
  ) -> ClassificationScore {
    guard let logits, let start = labels.baseAddress else { return ClassificationScore() }
    return backend.softmaxCrossEntropy(
      SoftmaxCrossEntropyCall(
        logits: logits, gradient: gradient, labels: start, count: labels.count, classes: classes,
        elementType: .float32, gradientScale: 0.125))
  }
}
