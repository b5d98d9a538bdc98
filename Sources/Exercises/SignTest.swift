#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The exact test of whether two outcomes are equally likely, from the numbers of times that each was seen.
///
/// It assumes nothing about the distribution of what is compared, so a few runs that went wrong do not mislead it.
///
/// Source: W. J. Dixon and A. M. Mood, *The statistical sign test*, Journal of the American Statistical Association 41
/// (1946).
package enum SignTest {
  /// The probability of a result at least as uneven, if both outcomes are equally likely.
  ///
  /// - Parameters:
  ///   - first: The number of times of one outcome.
  ///   - second: That of the other.
  /// - Returns: The two-sided probability; 1 if both numbers are equal.
  package static func probability(_ first: Int, _ second: Int) -> Double {
    min(2 * atMost(min(first, second), of: first + second), 1)
  }

  /// The probability that one outcome is seen at most k times in n, if both are equally likely.
  package static func atMost(_ k: Int, of n: Int) -> Double {
    guard k >= 0 else { return 0 }
    // C(n, i) / 2ⁿ, each from the one before it.
    var term = exp2(-Double(n))
    var sum = term
    for i in stride(from: 1, through: min(k, n), by: 1) {
      term *= Double(n - i + 1) / Double(i)
      sum += term
    }
    return sum
  }
}
