import CKernels
import Operations

/// The transforms of Winograd's algorithm along one axis, F(m, r): m outputs of a kernel of r taps from m + r − 1 inputs.
///
/// A tile's outputs are coefficients of a product of polynomials, and that product is taken at m + r − 1 points: 0, ∞
/// and pairs ±p (Toom and Cook). With Lagrange's polynomials over the points,
///
///     y = Aᵀ[(G g) ⊙ (Bᵀ d)]      G: g(p) / N(p)      Bᵀ: the coefficients of M(x) / (x − p)      A: pⁱ
///
/// where M(x) is the product of all x − p, and N(p) = ∏ (p − q) over the other points q (Lavin and Gray, *Fast Algorithms
/// for Convolutional Neural Networks*, 2015; Barabasz, Anderson, Soodhalter and Gregg, *Error Analysis and Improving the
/// Accuracy of Winograd Convolution for Deep Neural Networks*, 2020, for the choice of points).
///
/// A tile of two outputs, at the border, takes all points but the last pair. So that it can be multiplied by the same
/// transformed kernel, its Bᵀ compensates for the factors missing from its N(p).
struct WinogradTransform {
  /// Outputs of a full tile and of a border tile, along an axis.
  static let outputs = 4
  static let borderOutputs = 2

  private let taps: Int
  /// p of the pairs ±p, those of border tiles first.
  private let points: [Double]

  /// Whether there are points for a kernel.
  static func hasPoints(for taps: Int) -> Bool { points(for: taps) != nil }

  /// The points with the smallest errors of about twenty sets tried.
  private static func points(for taps: Int) -> [Double]? {
    switch taps {
    case 3: [0.75, 1.5]
    case 5: [1, 0.5, 1.75]
    default: nil
    }
  }

  /// Creates the transforms of a kernel.
  init?(taps: Int) {
    guard let points = Self.points(for: taps) else { return nil }
    self.taps = taps
    self.points = points
  }

  /// The number of points.
  var pointCount: Int { 2 * points.count + 2 }

  /// Bᵀ and A of a tile.
  func axis(isBorder: Bool) -> ck_winograd_axis {
    let pairs = isBorder ? points.count - 1 : points.count
    let outputs = isBorder ? Self.borderOutputs : Self.outputs
    let (used, unused) = (points[..<pairs], points[pairs...])
    func missing(_ p: Double) -> Double { unused.reduce(1) { $0 * (p * p - $1 * $1) } }
    let all = Self.product(of: used)
    var axis = ck_winograd_axis()
    axis.pairs = Int32(pairs)
    axis.outputs = Int32(outputs)
    Self.fill(&axis.zero, all.map { $0 * missing(0) })
    Self.fill(&axis.infinity, all)
    let stride = CK_WINOGRAD_PAIRS
    var (even, odd) = (
      [Double](repeating: 0, count: stride * stride), [Double](repeating: 0, count: stride * stride)
    )
    var powers = [Double](repeating: 0, count: stride * Self.outputs)
    for (i, p) in used.enumerated() {
      // M(x) / (x − p) = x · (x + p) · the product over the other pairs.
      for (j, coefficient) in Self.product(of: used.filter { $0 != p }).enumerated() {
        even[i * stride + j] = coefficient * missing(p)
        odd[i * stride + j] = coefficient * missing(p) * p
      }
      var power = 1.0
      for o in 0..<outputs {
        powers[i * Self.outputs + o] = power
        power *= p
      }
    }
    Self.fill(&axis.even, even)
    Self.fill(&axis.odd, odd)
    Self.fill(&axis.powers, powers)
    return axis
  }

  /// G, a row of taps for each point but −p, whose row is that of p with the odd taps' signs changed.
  var kernelValues: [Double] {
    let width = CK_WINOGRAD_TAPS
    var values = [Double](repeating: 0, count: CK_WINOGRAD_POINTS * width)
    values[0] = 1 / points.reduce(1) { $0 * -($1 * $1) }
    values[width + taps - 1] = 1
    for (i, p) in points.enumerated() {
      let others = points.filter { $0 != p }.reduce(1) { $0 * (p * p - $1 * $1) }
      var power = 1 / (2 * p * p * others)
      for tap in 0..<taps {
        values[(2 * i + 2) * width + tap] = power
        power *= p
      }
    }
    return values
  }

  /// The coefficients of ∏ (x² − p²), those of even powers of x, from x⁰.
  private static func product(of points: some Sequence<Double>) -> [Double] {
    points.reduce([1]) { coefficients, p in
      let shifted = [0] + coefficients, scaled = coefficients.map { -p * p * $0 } + [0]
      return zip(shifted, scaled).map { $0 + $1 }
    }
  }

  /// Writes an array of C, in order.
  static func fill<Array>(_ array: inout Array, _ values: [Double]) {
    withUnsafeMutableBytes(of: &array) { bytes in
      let elements = bytes.bindMemory(to: Float.self)
      for (index, value) in values.enumerated() { elements[index] = Float(value) }
    }
  }
}

extension ck_winograd {
  /// The transforms of a convolution.
  ///
  /// - Throws: ``BackendError`` if there are no points for its kernel.
  init(kernel: Extent2D, groupSize: Int) throws {
    guard let rows = WinogradTransform(taps: kernel.height),
      let columns = WinogradTransform(taps: kernel.width)
    else {
      throw BackendError.unsupportedOperation(reason: "winograd has no points for a kernel of \(kernel)")
    }
    self.init()
    instructions = ck_allowed_instruction_set()
    self.rows = (rows.axis(isBorder: false), rows.axis(isBorder: true))
    self.columns = (columns.axis(isBorder: false), columns.axis(isBorder: true))
    kernel_height = Int32(kernel.height)
    kernel_width = Int32(kernel.width)
    WinogradTransform.fill(&row_values, rows.kernelValues)
    WinogradTransform.fill(&column_values, columns.kernelValues)
    group_size = Int32(groupSize)
  }

  /// The points of both axes.
  var pointCount: Int { Int((2 * rows.0.pairs + 2) * (2 * columns.0.pairs + 2)) }
}
