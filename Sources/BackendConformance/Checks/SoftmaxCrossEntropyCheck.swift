import Backends
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Conformance {
  /// Loss, gradient and hits against the plain formula in Double: for random scores of few and of many classes, and
  /// for huge, equal, infinite and NaN ones; with the labels as they are, smoothed a little and smoothed a lot.
  func checkSoftmaxCrossEntropy(_ report: inout CheckReport) throws {
    for smoothing in [0, 0.1, 0.75] { try checkSoftmaxCrossEntropy(smoothing, &report) }
  }

  private func checkSoftmaxCrossEntropy(_ smoothing: Double, _ report: inout CheckReport) throws {
    var numbers = RandomNumbers(seed: seed, index: 0)
    for classes in [1, 2, 3, 10, 17, 100, 1000] {
      for count in [1, 8, 37] {
        let scores = numbers.normal([count, classes]).map { Double(Float(4 * $0)) }
        let labels = (0..<count).map { Int32(($0 * 7 + 1) % classes) }
        try compareScore(scores, labels, smoothing, &report)
      }
    }
    // With equal scores only the first class counts as a hit.
    let rows: [[Double]] = [
      [1e4, -1e4, 0, 1], [-1e4, -1e4, -1e4, 1e4], [2, 2, 2, 2], [2, 2, 2, 2], [1e30, 0, -1e30, 5],
      [0, -.infinity, 1, -.infinity], [-20, 0, -10, -30], [.nan, 1, 2, 3], [0, 1, 2, .nan],
    ]
    let labels: [Int32] = [0, 1, 0, 3, 0, 2, 1, 1, 2]
    for (row, label) in zip(rows, labels) {
      try compareScore(Tensor(shape: [1, 4], elements: row), [label], smoothing, &report)
    }
    let scores = Tensor(shape: [rows.count, 4], elements: rows.flatMap(\.self))
    try compareScore(scores, labels, smoothing, &report)
  }

  private func compareScore(
    _ scores: Tensor<Double>, _ labels: [Int32], _ smoothing: Double, _ report: inout CheckReport
  ) throws {
    let (count, classes) = (scores.shape[0], scores.shape[1])
    let scale = 0.125
    let subject =
      "\(backend.name), seed \(seed): softmax cross entropy of \(count)×\(classes) scores"
      + (smoothing == 0 ? "" : ", labels smoothed by \(smoothing)")
    report.countCase()
    let expected = expectedScore(scores, labels, scale, smoothing)
    report.count([expected.score.lossSum] + expected.gradient.elements, of: "loss")
    let training = try run(scores, labels, scale: scale, smoothing, wantsGradient: true)
    let evaluation = try run(scores, labels, scale: scale, smoothing, wantsGradient: false)
    for defect in training.defects + evaluation.defects { report.fail(subject, defect) }
    for score in [training.score, evaluation.score] {
      compare(score, expected.score, knowsHits: !scores.elements.contains { $0.isNaN }, subject, &report)
    }
    for (element, (actual, right)) in zip(training.gradient, expected.gradient.elements).enumerated() {
      // The label's gradient is a difference from 1, and with smoothed labels all gradients are differences; the others
      // are exponentials of a rounded argument.
      let isDifference = smoothing != 0 || element % classes == Int(labels[element / classes])
      let allowed = isDifference ? 1e-6 * scale : 2e-5 * abs(right) + 0x1p-126
      if abs(actual - right) <= allowed || actual.isNaN && right.isNaN { continue }
      report.fail(subject, "the gradient is \(actual) instead of \(right) at element \(element)")
      break
    }
  }

  private func compare(
    _ actual: ClassificationScore, _ expected: ClassificationScore, knowsHits: Bool, _ subject: String,
    _ report: inout CheckReport
  ) {
    let isNear = abs(actual.lossSum - expected.lossSum) <= 1e-6 * (1 + abs(expected.lossSum))
    let isSame = actual.lossSum == expected.lossSum || actual.lossSum.isNaN && expected.lossSum.isNaN
    if !isNear && !isSame {
      report.fail(subject, "the loss is \(actual.lossSum) instead of \(expected.lossSum)")
    }
    if knowsHits && actual.correct != expected.correct || actual.count != expected.count {
      report.fail(
        subject,
        "\(actual.correct) of \(actual.count) are correct instead of \(expected.correct) of \(expected.count)"
      )
    }
  }

  /// The formula, row by row: the mean of log ∑ exp x − x by the targets' weights, and its derivative.
  private func expectedScore(
    _ scores: Tensor<Double>, _ labels: [Int32], _ scale: Double, _ smoothing: Double
  ) -> (score: ClassificationScore, gradient: Tensor<Double>) {
    let classes = scores.shape[1]
    var score = ClassificationScore()
    var gradient: [Double] = []
    for (index, label) in labels.enumerated() {
      let row = Array(scores.elements[index * classes..<(index + 1) * classes])
      let largest = row.contains { $0.isNaN } ? .nan : row.max() ?? 0
      let sum = row.reduce(0) { $0 + exp($1 - largest) }
      let targets = row.indices.map { index in
        (index == Int(label) ? 1 - smoothing : 0) + smoothing / Double(classes)
      }
      // A term without weight adds nothing, even if it is infinite.
      let lossSum = zip(row, targets).filter { $1 != 0 }.reduce(0) {
        $0 + $1.1 * (log(sum) - ($1.0 - largest))
      }
      score += ClassificationScore(
        lossSum: lossSum, correct: row.firstIndex(of: largest) == Int(label) ? 1 : 0, count: 1)
      gradient += zip(row, targets).map { scale * (exp($0 - largest) / sum - $1) }
    }
    return (score, Tensor(shape: scores.shape, elements: gradient))
  }

  private func run(
    _ scores: Tensor<Double>, _ labels: [Int32], scale: Double, _ smoothing: Double, wantsGradient: Bool
  ) throws -> (score: ClassificationScore, gradient: [Double], defects: [String]) {
    backend.threads.makeCurrent()
    let count = scores.elements.count
    let (logits, gradient) = (
      try GuardedBuffer(byteCount: 4 * count), try GuardedBuffer(byteCount: 4 * count)
    )
    for (element, score) in scores.elements.enumerated() {
      logits.address.storeBytes(of: Float(score), toByteOffset: 4 * element, as: Float.self)
    }
    let before = logits.contents
    let score = labels.withUnsafeBufferPointer { labels in
      guard let start = labels.baseAddress else { return ClassificationScore() }
      return backend.softmaxCrossEntropy(
        SoftmaxCrossEntropyCall(
          logits: logits.address, gradient: wantsGradient ? gradient.address : nil, labels: start,
          count: labels.count, classes: scores.shape[1], elementType: .float32, gradientScale: scale,
          labelSmoothing: smoothing))
    }
    var defects: [String] = []
    if !logits.holds(before) { defects.append("it changed the scores") }
    if !logits.isIntact || !gradient.isIntact { defects.append("it wrote beyond the end of its memory") }
    let values = (0..<count).map { Double(gradient.address.load(fromByteOffset: 4 * $0, as: Float.self)) }
    return (score, values, defects)
  }
}
