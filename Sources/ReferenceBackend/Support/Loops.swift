/// The numbers that the loops compute in: Float or Double.
typealias LoopScalar = BinaryFloatingPoint & SIMDScalar

/// A plane, or a strided part of one: the element (h, w) is `start[row · h + column · w]`.
struct StridedPlane<Scalar> {
  let start: UnsafeMutablePointer<Scalar>
  let row: Int
  let column: Int
}

/// y[h,w] ← y[h,w] + a · x[h,w] for the h and w given.
@inline(__always)
func addProduct<Scalar: LoopScalar>(
  _ a: Scalar, _ x: StridedPlane<Scalar>, to y: StridedPlane<Scalar>, rows hs: Range<Int>,
  columns ws: Range<Int>
) {
  let (s, t) = (x.column, y.column)
  let (x, xRow) = (x.start + s &* ws.lowerBound, x.row)
  let (y, yRow) = (y.start + t &* ws.lowerBound, y.row)
  if s == 1 && t == 1 {
    for h in hs { addProduct(a, x + xRow &* h, to: y + yRow &* h, count: ws.count) }
  } else {
    for h in hs {
      for i in 0..<ws.count { y[yRow &* h &+ t &* i] += a * x[xRow &* h &+ s &* i] }
    }
  }
}

/// y[i] ← y[i] + a · x[i] for i from 0 to count − 1: the innermost loop.
///
/// It is written with vectors because rows are short: compiler-generated vector code would first check, for each row,
/// whether x and y overlap.
@inline(__always)
func addProduct<Scalar: LoopScalar>(
  _ a: Scalar, _ x: UnsafePointer<Scalar>, to y: UnsafeMutablePointer<Scalar>, count: Int
) {
  var i = 0
  while i &+ 8 <= count {
    store(load(y + i, SIMD8.self) + a * load(x + i, SIMD8.self), to: y + i)
    i &+= 8
  }
  if i &+ 4 <= count {
    store(load(y + i, SIMD4.self) + a * load(x + i, SIMD4.self), to: y + i)
    i &+= 4
  }
  while i < count {
    y[i] += a * x[i]
    i &+= 1
  }
}

@inline(__always)
private func load<Vector: SIMD>(_ x: UnsafePointer<Vector.Scalar>, _ type: Vector.Type) -> Vector {
  UnsafeRawPointer(x).loadUnaligned(as: type)
}

@inline(__always)
private func store<Vector: SIMD>(_ vector: Vector, to y: UnsafeMutablePointer<Vector.Scalar>) {
  UnsafeMutableRawPointer(y).storeBytes(of: vector, as: Vector.self)
}

/// A sum of products, taken in lanes so that several are added at once; the order is fixed.
struct ProductSum<Scalar: LoopScalar> {
  private var lanes = SIMD8<Scalar>()
  private var rest: Scalar = 0

  init() {}

  /// Adds Σ x[h,w] · y[h,w] over the h and w given.
  @inline(__always)
  mutating func add(
    _ x: StridedPlane<Scalar>, _ y: StridedPlane<Scalar>, rows hs: Range<Int>, columns ws: Range<Int>
  ) {
    let (s, t) = (x.column, y.column)
    let (x, xRow) = (x.start + s &* ws.lowerBound, x.row)
    let (y, yRow) = (y.start + t &* ws.lowerBound, y.row)
    if s == 1 && t == 1 {
      for h in hs { add(x + xRow &* h, y + yRow &* h, count: ws.count) }
    } else {
      for h in hs { add(x + xRow &* h, stride: s, y + yRow &* h, stride: t, count: ws.count) }
    }
  }

  /// Adds Σ x[i] · y[i] for i from 0 to count − 1.
  @inline(__always)
  mutating func add(_ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, count: Int) {
    var i = 0
    while i &+ 8 <= count {
      lanes += load(x + i, SIMD8.self) * load(y + i, SIMD8.self)
      i &+= 8
    }
    while i < count {
      rest += x[i] * y[i]
      i &+= 1
    }
  }

  /// Adds Σ x[s·i] · y[t·i] for i from 0 to count − 1.
  @inline(__always)
  private mutating func add(
    _ x: UnsafePointer<Scalar>, stride s: Int, _ y: UnsafePointer<Scalar>, stride t: Int, count: Int
  ) {
    var i = 0
    while i &+ 4 <= count {
      var (left, right) = (SIMD4<Scalar>(), SIMD4<Scalar>())
      for lane in 0..<4 {
        left[lane] = x[s &* (i &+ lane)]
        right[lane] = y[t &* (i &+ lane)]
      }
      lanes.lowHalf += left * right
      i &+= 4
    }
    while i < count {
      rest += x[s &* i] * y[t &* i]
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
