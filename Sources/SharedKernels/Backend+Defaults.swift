import Backends
import CKernels
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Backend {
  /// Softmax cross entropy from float32 logits, with the sum in double precision.
  ///
  /// With m the largest logit of a row, loss = log Σ exp(zⱼ − m) + m − z_label, which no logit can make overflow
  /// (the book's section 4.5.2).
  public func softmaxCrossEntropy(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore {
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
      score.lossSum += log(total) + largest - Double(scores[label])
      score.correct += best == label ? 1 : 0
      guard let gradient else { continue }
      for index in 0..<call.classes {
        let probability = exp(Double(scores[index]) - largest) / total
        let target = index == label ? 1.0 : 0.0
        gradient[row * call.classes + index] = Float((probability - target) * call.gradientScale)
      }
    }
    return score
  }

  /// Adds float32 gradients.
  public func accumulate(
    _ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, _ layout: Layout
  ) {
    ck_accumulate(
      gradient.assumingMemoryBound(to: Float.self), sum.assumingMemoryBound(to: Float.self),
      layout.storedCount, Int32(threads.count))
  }

  /// Sums the squares of float32 values on one thread, so that the result does not depend on their number.
  public func sumOfSquares(_ values: UnsafeRawPointer, _ layout: Layout) -> Double {
    ck_sum_of_squares(values.assumingMemoryBound(to: Float.self), layout.storedCount)
  }

  /// One step of SGD in float32.
  public func update(_ step: GradientDescentStep) {
    let rule = ck_gradient_descent(
      learning_rate: Float(step.rule.learningRate), momentum: Float(step.rule.momentum),
      weight_decay: Float(step.rule.weightDecay), gradient_scale: Float(step.gradientScale),
      nesterov: step.rule.nesterov)
    withUnsafePointer(to: rule) {
      ck_descend(
        $0, step.values.assumingMemoryBound(to: Float.self),
        step.gradient.assumingMemoryBound(to: Float.self),
        step.velocity?.assumingMemoryBound(to: Float.self), step.layout.storedCount, Int32(threads.count))
    }
  }

  /// Copies between plain layouts of float32.
  public func copy(
    _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout
  ) throws {
    guard sourceLayout.isPlain, destinationLayout.isPlain, sourceLayout.elementType == .float32,
      destinationLayout.elementType == .float32
    else {
      throw BackendError("\(name) cannot copy \(sourceLayout) to \(destinationLayout)")
    }
    destination.copyMemory(from: source, byteCount: sourceLayout.byteCount)
  }
}
