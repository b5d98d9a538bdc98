/// Multiplies float32 matrices on the calling thread: all that the im2col kernels need from a BLAS.
///
/// The kernels call it from several threads, each for a part of the result, so a multiplication must not use other
/// threads.
public protocol MatrixMultiplier: Sendable {
  /// The routine's name, for display: `sgemm`.
  var name: String { get }

  /// The largest extent or stride of a matrix that it can take.
  var maximumExtent: Int { get }

  /// Computes C ← A·B or C ← C + A·B.
  ///
  /// - Parameters:
  ///   - left: A.
  ///   - right: B.
  ///   - extents: Their extents, at least 1 and at most ``maximumExtent``.
  ///   - result: C, row-major.
  ///   - resultStride: Elements from one row of C to the next.
  ///   - adding: Whether C is added to; otherwise its old values are not read.
  func multiply(
    _ left: Matrix, _ right: Matrix, _ extents: ProductExtents, into result: UnsafeMutablePointer<Float>,
    resultStride: Int, adding: Bool)
}

/// A row-major matrix to be multiplied.
public struct Matrix {
  /// The first element as stored.
  public let elements: UnsafePointer<Float>
  /// Elements from one stored row to the next.
  public let rowStride: Int
  /// Whether the matrix is the transpose of the stored one.
  public let isTransposed: Bool

  /// Creates a matrix over elements in memory.
  public init(elements: UnsafePointer<Float>, rowStride: Int, isTransposed: Bool = false) {
    self.elements = elements
    self.rowStride = rowStride
    self.isTransposed = isTransposed
  }

  /// An element, indexed after the transposition.
  @inlinable
  public subscript(row: Int, column: Int) -> Float {
    isTransposed ? elements[column * rowStride + row] : elements[row * rowStride + column]
  }

  /// The matrix without its first rows and columns, counted after the transposition.
  func dropping(rows: Int = 0, columns: Int = 0) -> Matrix {
    let (down, right) = isTransposed ? (columns, rows) : (rows, columns)
    return Matrix(
      elements: elements + down * rowStride + right, rowStride: rowStride, isTransposed: isTransposed)
  }
}

/// The extents of a product C = A·B: A is rows×depth, B is depth×columns.
public struct ProductExtents: Sendable {
  /// Rows of A and C.
  public let rows: Int
  /// Columns of B and C.
  public let columns: Int
  /// Columns of A and rows of B.
  public let depth: Int

  /// Creates the extents of a product.
  public init(rows: Int, columns: Int, depth: Int) {
    self.rows = rows
    self.columns = columns
    self.depth = depth
  }
}

extension MatrixMultiplier {
  /// The loop that computes C ← A·B in slices of some columns of C, or of rows if there are more rows.
  ///
  /// - Parameters:
  ///   - left: A.
  ///   - right: B.
  ///   - extents: Their extents.
  ///   - result: C, row-major and without gaps; its old values are not read.
  ///   - threads: The threads.
  /// - Returns: The loop.
  func product(
    _ left: Matrix, _ right: Matrix, _ extents: ProductExtents, into result: UnsafeMutablePointer<Float>,
    threads: ThreadPool
  ) -> ParallelLoop {
    let cutsColumns = extents.columns >= extents.rows
    // The number of slices is fixed, since rounding depends on how the product is cut.
    let slices = EvenSplit(max(extents.columns, extents.rows), parts: 8)
    return ParallelLoop(threads: threads, count: slices.parts) { numbers, _ in
      for slice in numbers.lazy.map({ slices[$0] }) {
        let columns = cutsColumns ? slice : 0..<extents.columns
        let rows = cutsColumns ? 0..<extents.rows : slice
        multiply(
          left.dropping(rows: rows.lowerBound), right.dropping(columns: columns.lowerBound),
          ProductExtents(rows: rows.count, columns: columns.count, depth: extents.depth),
          into: result + rows.lowerBound * extents.columns + columns.lowerBound,
          resultStride: extents.columns, adding: false)
      }
    }
  }
}
