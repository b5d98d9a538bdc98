import Backends
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Softmax and cross entropy in one (the book's section 4.5.2).
///
/// For each row, with x its scores, K their number, t the correct class and ε the label smoothing:
///
///     m       = max over k of x[k]
///     l[k]    = log Σ_j exp(x[j] − m) + m − x[k]
///     loss    = (1 − ε) · l[t] + ε / K · Σ_k l[k]
///     ∂x[k]   = gradientScale · (exp(x[k] − m) / Σ_j exp(x[j] − m) − (1 − ε) · [k = t] − ε / K)
///
/// No exponent is above 0, so nothing overflows however large the scores are. Everything is computed in Double. A NaN
/// among the scores makes the loss NaN, and so does a label out of range.
///
/// A row counts as correct if its largest score, with ties the first, is at the correct class.
private func softmaxCrossEntropyLoops<Scalar: LoopScalar>(
  _ call: SoftmaxCrossEntropyCall, _: Scalar.Type
) -> ClassificationScore {
  let logits = call.logits.assumingMemoryBound(to: Scalar.self)
  let gradient = call.gradient?.assumingMemoryBound(to: Scalar.self)
  let smoothing = call.labelSmoothing
  let share = smoothing / Double(call.classes)
  var score = ClassificationScore(count: call.count)
  for n in 0..<call.count {
    let x = logits + n * call.classes
    let label = Int(call.labels[n])
    let largest = indexOfLargest(x, count: call.classes)
    let m = Double(x[largest])
    var sum = 0.0
    for k in 0..<call.classes { sum += exp(Double(x[k]) - m) }
    let target = (0..<call.classes).contains(label) ? Double(x[label]) : .nan
    let lossOfLabel = log(sum) + m - target
    score.lossSum +=
      smoothing == 0
      ? lossOfLabel
      : (1 - smoothing) * lossOfLabel + share
        * (0..<call.classes).reduce(0) { $0 + log(sum) + m - Double(x[$1]) }
    if largest == label { score.correct += 1 }
    guard let dx = gradient.map({ $0 + n * call.classes }) else { continue }
    for k in 0..<call.classes {
      let probability = exp(Double(x[k]) - m) / sum
      let wanted = k == label ? 1 - smoothing + share : share
      dx[k] = Scalar(call.gradientScale * (probability - wanted))
    }
  }
  return score
}

/// The index of the largest element: with ties the first; a NaN counts as the largest, as in PyTorch.
private func indexOfLargest<Scalar: LoopScalar>(_ x: UnsafePointer<Scalar>, count: Int) -> Int {
  var largest = 0
  for k in 1..<max(count, 1) where x[k] > x[largest] || (x[k].isNaN && !x[largest].isNaN) {
    largest = k
  }
  return largest
}

extension Reference {
  /// The loss in Float or in Double.
  @Sendable static func softmaxCrossEntropy(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore {
    call.elementType == .float64
      ? softmaxCrossEntropyLoops(call, Double.self) : softmaxCrossEntropyLoops(call, Float.self)
  }
}
