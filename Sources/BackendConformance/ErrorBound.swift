/// How far a sum of rounded products may lie from the exact one.
///
/// With u the unit roundoff (half the distance from 1 to the next number, 2⁻²⁴ for float32) and n the number of
/// terms, a result passes if
///
///     |actual − expected| ≤ (2 + 4·√n) · u · Σ |terms|
///
/// The sum of the terms' magnitudes is computed beside the expected value, by the same operation on the
/// magnitudes of its operands. The worst case of n roundings is n · u · Σ |terms| in whatever order they are
/// summed; for roundings that do not all point the same way, the bound λ · √n · u · Σ |terms| holds with a
/// probability of at least 1 − 2 exp(−λ² / 2) (Higham and Mary, *A new approach to probabilistic rounding error
/// analysis*, 2019), and 4√n is well on the safe side of it since most implementations sum in lanes and blocks,
/// which errs less. It holds for direct and GEMM algorithms, not for Winograd's.
///
/// Properties: it is symmetric in actual and expected, for the magnitudes belong to neither; it does not change
/// when both operands are scaled by powers of two; it is not transitive. Where all terms are zero only zero
/// passes. NaN passes for NaN alone, and an infinity for the same infinity alone.
public struct ErrorBound: Sendable {
  /// u.
  public var unitRoundoff: Double
  /// n.
  public var terms: Int

  /// Makes the bound of a sum.
  ///
  /// - Parameters:
  ///   - terms: How many products are summed.
  ///   - unitRoundoff: Half the distance from 1 to the next number of the precision.
  public init(terms: Int, unitRoundoff: Double = 0x1p-24) {
    self.terms = terms
    self.unitRoundoff = unitRoundoff
  }

  /// What the sum of the terms' magnitudes is multiplied by.
  public var factor: Double {
    (2 + 4 * Double(terms).squareRoot()) * unitRoundoff
  }
}
