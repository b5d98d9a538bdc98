import Backends
import Tensors

/// The allowed error of a sum of rounded products.
///
/// With n the number of terms, u = 2⁻²⁴ the unit roundoff of float32, in which everything is summed (half the distance
/// from 1 to the next number), and s the unit roundoff of the type that the result is stored in, if that is coarser
/// (2⁻⁸ for bfloat16, otherwise 0), a result passes if
///
///     |actual − expected| ≤ (2 + 4·√n) · u · Σ |terms| + s · (|expected| + (2 + 4·√n) · u · Σ |terms|)
///
/// The sum of the terms' magnitudes is computed together with the expected value, by the same operation on the
/// magnitudes of its operands. The operands must be exact in the precision, so that only the result is rounded to
/// bfloat16.
///
/// **Why this bound.** The worst case of n roundings is n · u · Σ |terms| in any order of summation; for roundings that
/// do not all point the same way, the bound λ · √n · u · Σ |terms| holds with a probability of at least
/// 1 − 2 exp(−λ² / 2) (Higham and Mary, *A new approach to probabilistic rounding error analysis*, 2019), and λ = 4 is a
/// safe choice since most implementations sum in lanes and blocks, which errs less. The 2 covers the roundings of the
/// products and of the result.
///
/// **Algorithms.** A kernel declares how it computes a convolution, and the suite knows what rounding to expect of each
/// algorithm. A name that it does not know is judged as direct summation, so that a kernel cannot excuse errors by
/// inventing one. Winograd's errors come from its transforms: every output of a tile gets a share of the errors of all,
/// so they scale with the tensor's numbers, whatever the terms of a single output. A result of Winograd's algorithm
/// passes if
///
///     |actual − expected| ≤ e + s · (|expected| + e)        e = 4·10⁻⁵ · max(RMS(expected), RMS(Σ |terms|) / √n)
///
/// where RMS is taken over the elements of the tensor that have terms: taps of a kernel that only meet padding are
/// exact zeros, which say nothing about the size of the others. The second RMS, the expected size of sums of n terms
/// with random signs, is for tensors of few elements that happen to be small.
///
/// **Properties**, except for Winograd's.
///
/// - If the result is stored as it was summed (s = 0), the bound is symmetric: actual and expected may be exchanged,
///   since the terms' magnitudes depend on neither. Otherwise it is not: expected is the exact value.
/// - It is scale-invariant: when the input, the weights or the gradient are multiplied by a power of two,
///   exactly the same results pass, as long as nothing overflows or becomes denormal.
/// - It is relative to the terms, not to the sum: where positive and negative terms cancel, an error of many units in
///   the result's last digit passes, as it should. If all terms have the same sign, it bounds the relative error.
/// - It grows with √n, so that long sums pass; a wrong weight, a lost term or a factor of 1.001 in a sum of
///   similar terms exceeds it as long as n stays below about 10⁵.
/// - It is not transitive: two results that both pass may differ by twice the bound.
/// - If all terms are zero, only zero passes, of either sign. For NaN only NaN passes, and for an infinity only the
///   same infinity.
package struct ErrorBound: Sendable {
  /// n.
  package var terms: Int
  /// s.
  package var storedRoundoff: Double
  /// The algorithm that the kernel of a convolution declares.
  package var algorithm: ConvolutionAlgorithm?

  /// Creates the bound of a sum.
  ///
  /// - Parameters:
  ///   - terms: The number of products summed.
  ///   - type: The type in which the result is stored.
  ///   - algorithm: The algorithm that the kernel of a convolution declares; nil for every other sum.
  package init(
    terms: Int, storedAs type: ElementType = .float32, algorithm: ConvolutionAlgorithm? = nil
  ) {
    self.terms = terms
    self.algorithm = algorithm
    storedRoundoff = type == .float32 ? 0 : type.unitRoundoff
  }

  /// The allowed errors of the results of a tensor.
  ///
  /// - Parameters:
  ///   - expected: The exact results.
  ///   - magnitudes: Σ |terms| of each.
  /// - Returns: The largest error of each that passes.
  package func allowed(expected: [Double], magnitudes: [Double]) -> [Double] {
    guard let relative = algorithm?.relativeError else {
      return zip(expected, magnitudes).map { allowed(expected: $0, magnitude: $1) }
    }
    let count = magnitudes.count { $0 > 0 }
    func rms(_ numbers: [Double]) -> Double {
      (numbers.reduce(0) { $0 + $1 * $1 } / Double(max(count, 1))).squareRoot()
    }
    let error = relative * max(rms(expected), rms(magnitudes) / Double(terms).squareRoot())
    return expected.map { error + storedRoundoff * (abs($0) + error) }
  }

  /// The allowed error of a sum.
  ///
  /// - Parameters:
  ///   - expected: The exact result.
  ///   - magnitude: Σ |terms|.
  /// - Returns: The largest error that passes.
  package func allowed(expected: Double, magnitude: Double) -> Double {
    let roundoff = ElementType.float32.unitRoundoff
    let summation = (2 + 4 * Double(terms).squareRoot()) * roundoff * magnitude
    return summation + storedRoundoff * (abs(expected) + summation)
  }
}
