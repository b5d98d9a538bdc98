#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Common {
  /// The row of softmax cross entropy from float32 logits, with sums in float64.
  ///
  /// With m the largest logit of a row, loss = log Σ exp(zⱼ − m) + m − z_label, which no logit can make overflow
  /// (the book's section 4.5.2).
  ///
  /// - Returns: The row of a backend's table.
  public static func softmaxCrossEntropy() -> OperationTable.LossRow {
    .init(owner, "sums in float64", score)
  }

  @Sendable private static func score(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore {
    let logits = call.logits.assumingMemoryBound(to: Float.self)
    let gradient = call.gradient?.assumingMemoryBound(to: Float.self)
    var score = ClassificationScore(count: call.count)
    for row in 0..<call.count {
      let scores = UnsafeBufferPointer(start: logits + row * call.classes, count: call.classes)
      let label = Int(call.labels[row])
      var best = 0
      for index in 1..<max(call.classes, 1) where scores[index] > scores[best] { best = index }
      let largest = Double(scores[best])
      var total = 0.0
      for value in scores { total += exp(Double(value) - largest) }
      score.lossSum += loss(of: scores, label, logSum: log(total) + largest, call.labelSmoothing)
      score.correct += best == label ? 1 : 0
      guard let gradient else { continue }
      let share = call.labelSmoothing / Double(call.classes)
      for index in 0..<call.classes {
        let probability = exp(Double(scores[index]) - largest) / total
        let target = index == label ? 1 - call.labelSmoothing + share : share
        gradient[row * call.classes + index] = Float((probability - target) * call.gradientScale)
      }
    }
    return score
  }

  /// The loss of one row: that of its label, with smoothing mixed with the mean over all classes.
  private static func loss(
    of scores: UnsafeBufferPointer<Float>, _ label: Int, logSum: Double, _ smoothing: Double
  ) -> Double {
    let loss = logSum - Double(scores[label])
    guard smoothing != 0 else { return loss }
    var sum = 0.0
    for value in scores { sum += logSum - Double(value) }
    return (1 - smoothing) * loss + smoothing * (sum / Double(scores.count))
  }
}
