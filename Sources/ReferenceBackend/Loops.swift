/// The numbers that the loops compute in: Float or Double.
typealias LoopScalar = BinaryFloatingPoint & SIMDScalar

/// y ← y + a · x, over count elements.
@inline(__always)
func addProduct<Scalar: LoopScalar>(
  _ a: Scalar, _ x: UnsafePointer<Scalar>, to y: UnsafeMutablePointer<Scalar>, count: Int
) {
  for index in 0..<count { y[index] += a * x[index] }
}

/// A sum of products, taken in lanes of its own so that several are added at once; the order is always the same.
struct ProductSum<Scalar: LoopScalar> {
  private var lanes = SIMD8<Scalar>()
  private var rest: Scalar = 0

  init() {}

  /// Adds Σ x[i] · y[stride · i] for i from 0 to count − 1.
  @inline(__always)
  mutating func add(
    _ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, stride: Int = 1, count: Int
  ) {
    var index = 0
    guard stride == 1 else {
      for index in 0..<count { rest += x[index] * y[index &* stride] }
      return
    }
    while index &+ 8 <= count {
      lanes +=
        UnsafeRawPointer(x + index).loadUnaligned(as: SIMD8<Scalar>.self)
        * UnsafeRawPointer(y + index).loadUnaligned(as: SIMD8<Scalar>.self)
      index &+= 8
    }
    while index < count {
      rest += x[index] * y[index]
      index &+= 1
    }
  }

  /// The sum.
  @inline(__always)
  var value: Scalar { lanes.sum() + rest }
}

/// The sum of some elements.
@inline(__always)
func sum<Scalar: LoopScalar>(_ x: UnsafePointer<Scalar>, count: Int) -> Scalar {
  var sum: Scalar = 0
  for index in 0..<count { sum += x[index] }
  return sum
}
