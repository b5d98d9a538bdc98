import Backends
import Tensors

/// The difference between a tensor and the expected one.
public struct Difference: Sendable, Equatable {
  /// The largest absolute error, or that of the worst element if each has its own unit; infinite if a number is NaN or
  /// infinite and the other is not the same.
  public let absolute: Double
  /// The index of that element, in row-major order.
  public let worstElement: Int
  /// The largest magnitude of the expected tensor.
  public let largest: Double
  /// The number of elements compared.
  public let count: Int
  /// The number of expected zeros.
  public let zeros: Int
  /// The number of elements not judged, because they are NaN or infinite and that is accepted.
  public let unjudged: Int

  /// Compares two tensors of one shape.
  ///
  /// - Parameters:
  ///   - actual: The tensor.
  ///   - expected: The expected tensor.
  ///   - acceptsNaN: Whether elements may be unexpectedly NaN.
  ///   - acceptsOverflow: Whether elements may be unexpectedly infinite or NaN.
  ///   - unit: The unit of an element's error, for finding the worst.
  /// - Precondition: Both have the same number of elements.
  public init(
    _ actual: Tensor<Double>, from expected: Tensor<Double>, acceptsNaN: Bool = false,
    acceptsOverflow: Bool = false, unit: (_ element: Int) -> Double = { _ in 1 }
  ) {
    precondition(actual.elements.count == expected.elements.count, "tensors of different sizes")
    var worst = (error: 0.0, units: 0.0, element: 0)
    var largest = 0.0
    var zeros = 0
    var unjudged = 0
    for element in expected.elements.indices {
      let wanted = expected.elements[element]
      let found = actual.elements[element]
      if acceptsNaN && found.isNaN && !wanted.isNaN || acceptsOverflow && !found.isFinite && wanted.isFinite {
        unjudged += 1
      } else {
        let error = Self.error(found, wanted)
        let units = error == 0 ? 0 : error / unit(element)
        if units > worst.units { worst = (error, units, element) }
      }
      if abs(wanted) > largest, wanted.isFinite { largest = abs(wanted) }
      if wanted == 0 { zeros += 1 }
    }
    absolute = worst.error
    worstElement = worst.element
    self.largest = largest
    count = expected.elements.count
    self.zeros = zeros
    self.unjudged = unjudged
  }

  private static func error(_ found: Double, _ wanted: Double) -> Double {
    if found == wanted || (found.isNaN && wanted.isNaN) { return 0 }
    let error = abs(found - wanted)
    return error.isFinite ? error : .infinity
  }

  /// The largest absolute error in units of the largest expected magnitude.
  public var relative: Double {
    absolute == 0 ? 0 : absolute / largest
  }
}
