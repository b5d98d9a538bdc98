import CKernels

extension Common {
  /// The row of the addition of float32 gradients.
  ///
  /// - Returns: The row of a backend's table.
  public static func accumulation() -> OperationTable.AccumulationRow {
    .init(owner, "elementwise") { gradient, sum, layout in
      ck_accumulate(
        gradient.assumingMemoryBound(to: Float.self), sum.assumingMemoryBound(to: Float.self),
        layout.storedCount)
    }
  }

  /// The row of the sum of squares of float32 values, on one thread so that the result does not depend on their number.
  ///
  /// - Returns: The row of a backend's table.
  public static func sumOfSquares() -> OperationTable.SumOfSquaresRow {
    .init(owner, "float64, one thread") { values, layout in
      ck_sum_of_squares(values.assumingMemoryBound(to: Float.self), layout.storedCount)
    }
  }

  /// The row of one step of SGD in float32.
  ///
  /// - Returns: The row of a backend's table.
  public static func gradientDescent() -> OperationTable.GradientDescentRow {
    .init(owner, "one pass, in place") { step in
      let rule = ck_gradient_descent(
        learning_rate: Float(step.rule.learningRate), momentum: Float(step.rule.momentum),
        weight_decay: Float(step.rule.weightDecay), gradient_scale: Float(step.gradientScale),
        nesterov: step.rule.nesterov)
      withUnsafePointer(to: rule) {
        ck_descend(
          $0, step.values.assumingMemoryBound(to: Float.self),
          step.gradient.assumingMemoryBound(to: Float.self),
          step.velocity?.assumingMemoryBound(to: Float.self), step.layout.storedCount)
      }
    }
  }
}
