/// The order of a row's columns in which those that one tap of a moving window meets are neighbours.
///
/// A window that moves by s columns meets every s-th. So the columns 0, s, 2s, … come first, then 1, s + 1, …; with
/// stride 1 that is the plain order. The loops over a row are then contiguous whatever the stride.
struct ColumnOrder {
  let columns: Int
  let stride: Int

  /// Whether it is the plain order.
  var isPlain: Bool { stride == 1 }

  /// Elements of a row in this order; those after the last column of a run stay unused.
  var pitch: Int { stride * runLength }

  private var runLength: Int { (columns + stride - 1) / stride }

  /// The place of a column in its row.
  @inline(__always)
  func place(_ column: Int) -> Int {
    isPlain ? column : column % stride * runLength + column / stride
  }

  /// Brings rows into this order.
  @inline(__always)
  func sort<Scalar>(_ plain: UnsafePointer<Scalar>, rows: Int, into sorted: UnsafeMutablePointer<Scalar>) {
    for row in 0..<rows {
      for column in 0..<columns { sorted[row * pitch + place(column)] = plain[row * columns + column] }
    }
  }

  /// Brings rows back into the plain order.
  @inline(__always)
  func unsort<Scalar>(_ sorted: UnsafePointer<Scalar>, rows: Int, into plain: UnsafeMutablePointer<Scalar>) {
    for row in 0..<rows {
      for column in 0..<columns { plain[row * columns + column] = sorted[row * pitch + place(column)] }
    }
  }
}
