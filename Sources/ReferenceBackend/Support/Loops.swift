/// The numbers that the loops compute in: Float or Double.
typealias LoopScalar = BinaryFloatingPoint & SIMDScalar

/// y[t·i] ← y[t·i] + a · x[s·i] for i from 0 to count − 1: the innermost loop, contiguous where both strides are 1.
@inline(__always)
func addProduct<Scalar: LoopScalar>(
  _ a: Scalar, _ x: UnsafePointer<Scalar>, stride s: Int = 1, to y: UnsafeMutablePointer<Scalar>,
  toStride t: Int = 1, count: Int
) {
  if s == 1 && t == 1 {
    for i in 0..<count { y[i] += a * x[i] }
  } else {
    for i in 0..<count { y[t &* i] += a * x[s &* i] }
  }
}

/// A sum of products, taken in lanes so that several are added at once; the order is always the same.
struct ProductSum<Scalar: LoopScalar> {
  private var lanes = SIMD8<Scalar>()
  private var rest: Scalar = 0

  init() {}

  /// Adds Σ x[i] · y[stride · i] for i from 0 to count − 1.
  @inline(__always)
  mutating func add(
    _ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, stride: Int = 1, count: Int
  ) {
    guard stride == 1 else { return addApart(x, y, stride: stride, count: count) }
    var i = 0
    while i &+ 8 <= count {
      lanes +=
        UnsafeRawPointer(x + i).loadUnaligned(as: SIMD8<Scalar>.self)
        * UnsafeRawPointer(y + i).loadUnaligned(as: SIMD8<Scalar>.self)
      i &+= 8
    }
    while i < count {
      rest += x[i] * y[i]
      i &+= 1
    }
  }

  @inline(__always)
  private mutating func addApart(
    _ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, stride: Int, count: Int
  ) {
    var i = 0
    while i &+ 4 <= count {
      var (left, right) = (SIMD4<Scalar>(), SIMD4<Scalar>())
      for lane in 0..<4 {
        left[lane] = x[i &+ lane]
        right[lane] = y[stride &* (i &+ lane)]
      }
      lanes.lowHalf += left * right
      i &+= 4
    }
    while i < count {
      rest += x[i] * y[stride &* i]
      i &+= 1
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
