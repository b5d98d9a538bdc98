import CKernels

extension Common {
  /// The row of one step of AdamW in float32.
  ///
  /// - Returns: The row of a backend's table.
  public static func adamW() -> OperationTable.AdamWRow {
    .init(owner, "one pass, in place") { step in
      let rule = step.rule
      // Values shared by all elements are computed in float64: float32 would lose digits of 1 − β.
      let adam = ck_adamw(
        decay: Float(rule.learningRate * rule.weightDecay),
        beta1: Float(rule.beta1), rest1: Float(1 - rule.beta1),
        beta2: Float(rule.beta2), rest2: Float(1 - rule.beta2),
        step_size: Float(rule.learningRate / step.firstCorrection),
        root_scale: Float(1 / step.secondCorrection.squareRoot()), epsilon: Float(rule.epsilon),
        gradient_scale: Float(step.gradientScale))
      withUnsafePointer(to: adam) {
        ck_adamw_step(
          $0, step.values.assumingMemoryBound(to: Float.self),
          step.gradient.assumingMemoryBound(to: Float.self),
          step.firstMoment.assumingMemoryBound(to: Float.self),
          step.secondMoment.assumingMemoryBound(to: Float.self), step.layout.storedCount)
      }
    }
  }
}
