import Tensors

/// A tensor in float64 and in a rounded computation.
struct RoundedPair {
  var exact: Tensor<Double>
  var rounded: Tensor<Double>
  /// Whether NaN is acceptable where these numbers are not NaN.
  var acceptsNaN = false
  /// A lower bound of the expected rounding error, independent of the pair.
  var leastRounding = 0.0

  /// A known tensor, the same in both.
  init(_ tensor: Tensor<Double>) {
    exact = tensor
    rounded = tensor
  }

  init(exact: Tensor<Double>, rounded: Tensor<Double>, acceptsNaN: Bool, leastRounding: Double = 0) {
    self.exact = exact
    self.rounded = rounded
    self.acceptsNaN = acceptsNaN
    self.leastRounding = leastRounding
  }

  /// Adds an algorithm's errors to the rounded numbers, with random signs and the size of its maximum error divided by
  /// the number of units that passes.
  ///
  /// An algorithm's error is relative to the RMS of the tensor's elements that have terms. If there are few, which may
  /// all be small by chance, it is the RMS of sums of as many products with random signs.
  mutating func addError(
    _ relative: Double, ofSumsOf count: Int, productsOf x: Tensor<Double>, _ y: Tensor<Double>
  ) {
    let ofRandomSigns =
      Double(count).squareRoot() * x.rootMeanSquare { _ in true } * y.rootMeanSquare { _ in true }
    let error = relative / Finding.bound * max(exact.rootMeanSquare { $0 != 0 }, ofRandomSigns)
    guard error.isFinite else { return }
    var generator = PhiloxGenerator(seed: 0, purpose: .testData, index: 0)
    rounded = rounded.map { generator.next() & 1 == 0 ? $0 + error : $0 - error }
  }

  /// The expected rounding error; infinite if the rounded numbers overflow.
  var rounding: Double { max(Difference(rounded, from: exact).absolute, leastRounding) }

  /// The mean relative error over all elements, but at least a minimum.
  func relativeNoise(atLeast least: Double) -> Double {
    let (error, total) = zip(rounded.elements, exact.elements).reduce((0.0, 0.0)) { sums, pair in
      (sums.0 + (pair.0 - pair.1) * (pair.0 - pair.1), sums.1 + pair.1 * pair.1)
    }
    let noise = (error / total).squareRoot()
    return noise.isFinite ? max(noise, least) : least
  }
}

extension Tensor<Double> {
  /// The root mean square of the finite elements that satisfy a condition; 0 if there are none.
  fileprivate func rootMeanSquare(where isCounted: (Double) -> Bool) -> Double {
    var (squares, count) = (0.0, 0)
    for element in elements where element.isFinite && isCounted(element) {
      squares += element * element
      count += 1
    }
    return (squares / Double(max(count, 1))).squareRoot()
  }

  /// The largest finite magnitude.
  var largestMagnitude: Double {
    elements.reduce(0) { abs($1) > $0 && $1.isFinite ? abs($1) : $0 }
  }
}
