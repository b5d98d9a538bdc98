import Backends
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Softmax and cross entropy in one (the book's section 4.5.2).
///
/// For each row, with x its scores and t its right class:
///
///     m       = max over k of x[k]
///     loss    = log Σ_k exp(x[k] − m) + m − x[t]
///     ∂x[k]   = gradientScale · (exp(x[k] − m) / Σ_k exp(x[k] − m) − [k = t])
///
/// No exponent is above 0, so nothing overflows however large the scores are. All is computed in Double. A NaN
/// among the scores makes the loss NaN, and so does a label that is no class.
///
/// A row counts as correct if its largest score, of equal ones the first, is at the right class.
private func softmaxCrossEntropyLoops<Scalar: LoopScalar>(
  _ call: SoftmaxCrossEntropyCall, _: Scalar.Type
) -> ClassificationScore {
  let logits = call.logits.assumingMemoryBound(to: Scalar.self)
  let gradient = call.gradient?.assumingMemoryBound(to: Scalar.self)
  var score = ClassificationScore(count: call.count)
  for n in 0..<call.count {
    let x = logits + n * call.classes
    let label = Int(call.labels[n])
    let largest = indexOfLargest(x, count: call.classes)
    let m = Double(x[largest])
    var sum = 0.0
    for k in 0..<call.classes { sum += exp(Double(x[k]) - m) }
    let target = (0..<call.classes).contains(label) ? Double(x[label]) : .nan
    score.lossSum += log(sum) + m - target
    if largest == label { score.correct += 1 }
    guard let dx = gradient.map({ $0 + n * call.classes }) else { continue }
    for k in 0..<call.classes {
      let probability = exp(Double(x[k]) - m) / sum
      dx[k] = Scalar(call.gradientScale * (probability - (k == label ? 1 : 0)))
    }
  }
  return score
}

/// The index of the largest element: of equal ones the first, and a NaN counts as the largest, as in PyTorch.
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
