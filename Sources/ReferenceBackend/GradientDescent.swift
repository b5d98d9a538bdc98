import Backends
import Tensors

/// One step of stochastic gradient descent as PyTorch's `SGD` defines it (the book's section 12.4, with momentum as in
/// 12.6).
///
/// With w the values, g the gradient of the loss and v the velocity:
///
///     g ← gradientScale · g + weightDecay · w
///     v ← momentum · v + g
///     w ← w − learningRate · (nesterov ? g + momentum · v : v)
///
/// and without momentum w ← w − learningRate · g.
private func gradientDescentLoops<Scalar: LoopScalar>(_ step: GradientDescentStep, _: Scalar.Type) {
  let values = step.values.assumingMemoryBound(to: Scalar.self)
  let gradient = step.gradient.assumingMemoryBound(to: Scalar.self)
  let velocity = step.velocity?.assumingMemoryBound(to: Scalar.self)
  let scale = Scalar(step.gradientScale)
  let decay = Scalar(step.rule.weightDecay)
  let momentum = Scalar(step.rule.momentum)
  let rate = Scalar(step.rule.learningRate)
  let nesterov = step.rule.nesterov
  for index in 0..<step.layout.storedCount {
    let w = values[index]
    let g = scale * gradient[index] + decay * w
    guard let velocity else {
      values[index] = w - rate * g
      continue
    }
    let v = momentum * velocity[index] + g
    velocity[index] = v
    values[index] = w - rate * (nesterov ? g + momentum * v : v)
  }
}

/// sum ← sum + gradient.
private func accumulateLoops<Scalar: LoopScalar>(
  _ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, count: Int, _: Scalar.Type
) {
  let gradient = gradient.assumingMemoryBound(to: Scalar.self)
  let sum = sum.assumingMemoryBound(to: Scalar.self)
  for index in 0..<count { sum[index] += gradient[index] }
}

/// Σ x², in Double and in the order of the elements.
private func sumOfSquaresLoops<Scalar: LoopScalar>(_ values: UnsafeRawPointer, count: Int, _: Scalar.Type)
  -> Double
{
  let values = values.assumingMemoryBound(to: Scalar.self)
  var sum = 0.0
  for index in 0..<count { sum += Double(values[index]) * Double(values[index]) }
  return sum
}

extension Reference {
  /// One step in Float or in Double.
  @Sendable static func gradientDescent(_ step: GradientDescentStep) {
    step.layout.elementType == .float64
      ? gradientDescentLoops(step, Double.self) : gradientDescentLoops(step, Float.self)
  }

  /// The addition in Float or in Double.
  @Sendable static func accumulate(
    _ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, _ layout: Layout
  ) {
    layout.elementType == .float64
      ? accumulateLoops(gradient, into: sum, count: layout.storedCount, Double.self)
      : accumulateLoops(gradient, into: sum, count: layout.storedCount, Float.self)
  }

  /// The sum of squares of Float or of Double.
  @Sendable static func sumOfSquares(_ values: UnsafeRawPointer, _ layout: Layout) -> Double {
    layout.elementType == .float64
      ? sumOfSquaresLoops(values, count: layout.storedCount, Double.self)
      : sumOfSquaresLoops(values, count: layout.storedCount, Float.self)
  }
}
