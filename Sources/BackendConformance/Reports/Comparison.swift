import Tensors

/// The largest difference of two tensors.
public struct ConformanceDifference: Sendable, CustomStringConvertible {
  /// The worst element's index along each axis.
  public let index: [Int]
  /// The computed value.
  public let actual: Double
  /// The expected value.
  public let expected: Double
  /// The allowed difference; 0 if they must be equal.
  public let allowed: Double
  /// The number of elements that differ by more than is allowed.
  public let count: Int

  /// The index, both numbers, the error and the allowed error, in one line.
  public var description: String {
    // A NaN's sign and payload are meaningless here.
    func text(_ number: Double) -> String { number.isNaN ? "NaN" : "\(number)" }
    let error = text(abs(actual - expected))
    return
      "at \(index) \(text(actual)) instead of \(text(expected)), off by \(error) where \(allowed) is allowed; "
      + "\(count) elements differ by more"
  }
}

/// Compares tensors.
package enum Comparison {
  /// Finds where two tensors are not equal, bit for bit except for the sign of zero and the kind of NaN.
  ///
  /// - Parameters:
  ///   - actual: The computed tensor.
  ///   - expected: The expected value.
  /// - Returns: The worst difference, or nil if there is none.
  package static func exact(_ actual: Tensor<Double>, _ expected: Tensor<Double>) -> ConformanceDifference? {
    worst(actual, expected) { _ in 0 }
  }

  /// Finds where two tensors differ by more than a bound allows.
  ///
  /// - Parameters:
  ///   - actual: The computed tensor.
  ///   - expected: The expected value.
  ///   - magnitudes: For each element the sum of its terms' magnitudes.
  ///   - bound: The bound.
  /// - Returns: The worst difference relative to the allowed one, or nil if all are within the bound.
  package static func bounded(
    _ actual: Tensor<Double>, _ expected: Tensor<Double>, magnitudes: Tensor<Double>, _ bound: ErrorBound
  ) -> ConformanceDifference? {
    let allowed = bound.allowed(expected: expected.elements, magnitudes: magnitudes.elements)
    return worst(actual, expected) { allowed[$0] }
  }

  private static func worst(
    _ actual: Tensor<Double>, _ expected: Tensor<Double>, allowed: (Int) -> Double
  ) -> ConformanceDifference? {
    precondition(actual.shape == expected.shape, "only tensors of one shape can be compared")
    var worst: (element: Int, excess: Double)?
    var count = 0
    for element in actual.elements.indices {
      let excess = excess(actual.elements[element], expected.elements[element], allowed: allowed(element))
      guard excess > 1 else { continue }
      count += 1
      if excess > worst?.excess ?? 0 { worst = (element, excess) }
    }
    return worst.map { worst in
      ConformanceDifference(
        index: actual.shape.index(ofElement: worst.element), actual: actual.elements[worst.element],
        expected: expected.elements[worst.element], allowed: allowed(worst.element), count: count)
    }
  }

  /// The error relative to the allowed one; above 1 it is too large.
  private static func excess(_ actual: Double, _ expected: Double, allowed: Double) -> Double {
    if actual == expected || (actual.isNaN && expected.isNaN) { return 0 }
    let error = abs(actual - expected)
    guard error.isFinite, allowed > 0 else { return .infinity }
    return error / allowed
  }
}

extension Shape {
  /// The index along each axis of an element in row-major order.
  func index(ofElement element: Int) -> [Int] {
    var rest = element
    var index: [Int] = []
    for extent in extents.reversed() {
      index.append(rest % extent)
      rest /= extent
    }
    return index.reversed()
  }
}
