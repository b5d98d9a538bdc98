import Backends
import Tensors

/// One step of AdamW as PyTorch's `AdamW` defines it.
///
/// The book's section 12.10 has Adam; the weight decay is that of Loshchilov and Hutter, *Decoupled Weight Decay
/// Regularization*, 2019. With w the values, g the gradient of the loss, m and v the first and the second moment and t
/// the number of the update from 1:
///
///     g ← gradientScale · g
///     w ← w − learningRate · weightDecay · w
///     m ← β₁ · m + (1 − β₁) · g
///     v ← β₂ · v + (1 − β₂) · g²
///     w ← w − learningRate / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
private func adamWLoops<Scalar: LoopScalar>(_ step: AdamWStep, _: Scalar.Type) {
  let values = step.values.assumingMemoryBound(to: Scalar.self)
  let gradient = step.gradient.assumingMemoryBound(to: Scalar.self)
  let firstMoment = step.firstMoment.assumingMemoryBound(to: Scalar.self)
  let secondMoment = step.secondMoment.assumingMemoryBound(to: Scalar.self)
  let rule = step.rule
  let scale = Scalar(step.gradientScale)
  let decay = Scalar(rule.learningRate * rule.weightDecay)
  let (beta1, rest1) = (Scalar(rule.beta1), Scalar(1 - rule.beta1))
  let (beta2, rest2) = (Scalar(rule.beta2), Scalar(1 - rule.beta2))
  let stepSize = Scalar(rule.learningRate / step.firstCorrection)
  let rootCorrection = Scalar(step.secondCorrection.squareRoot())
  let epsilon = Scalar(rule.epsilon)
  for index in 0..<step.layout.storedCount {
    let g = scale * gradient[index]
    let w = values[index] - decay * values[index]
    let m = beta1 * firstMoment[index] + rest1 * g
    let v = beta2 * secondMoment[index] + rest2 * g * g
    firstMoment[index] = m
    secondMoment[index] = v
    values[index] = w - stepSize * m / (v.squareRoot() / rootCorrection + epsilon)
  }
}

extension Reference {
  /// One step in Float or in Double.
  @Sendable static func adamW(_ step: AdamWStep) {
    step.layout.elementType == .float64
      ? adamWLoops(step, Double.self) : adamWLoops(step, Float.self)
  }
}
