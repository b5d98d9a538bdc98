#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Student's t distribution with an integer number of degrees of freedom.
///
/// Source of the finite sums: Abramowitz and Stegun, *Handbook of Mathematical Functions* (1964), 26.7.3 and 26.7.4.
package struct StudentT: Sendable {
  /// ν, at least 1.
  package let degreesOfFreedom: Int

  /// Creates the distribution; fewer than 1 degree of freedom counts as 1.
  package init(degreesOfFreedom: Int) {
    self.degreesOfFreedom = max(degreesOfFreedom, 1)
  }

  /// The probability that the absolute value is at most t.
  ///
  /// - Parameter t: The distance, at least 0.
  /// - Returns: The probability, 0 to 1.
  package func central(_ t: Double) -> Double {
    let angle = atan(t / Double(degreesOfFreedom).squareRoot())
    let (sine, cosine) = (sin(angle), cos(angle))
    let isOdd = degreesOfFreedom % 2 == 1
    guard degreesOfFreedom > 1 else { return 2 * angle / .pi }
    // Terms of cosⁿ with n odd or even like ν, each computed from the previous one.
    var term = isOdd ? cosine : 1
    var sum = term
    var power = isOdd ? 3 : 2
    while power <= degreesOfFreedom - 2 {
      term *= Double(power - 1) / Double(power) * cosine * cosine
      sum += term
      power += 2
    }
    return isOdd ? 2 / .pi * (angle + sine * sum) : sine * sum
  }

  /// The two-sided quantile of a probability.
  ///
  /// - Parameter confidence: The probability, between 0 and 1.
  /// - Returns: The distance.
  package func quantile(confidence: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while central(high) < confidence, high < 1e12 { high *= 2 }
    for _ in 0..<100 {
      let middle = (low + high) / 2
      if central(middle) < confidence { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
