#if OpenBLAS
  import Backends

  /// A row-major matrix to be multiplied.
  struct Matrix {
    /// The first element as it lies in memory.
    let elements: UnsafePointer<Float>
    /// Elements from one row in memory to the next.
    let rowStride: Int
    /// Whether its transpose is meant.
    var isTransposed = false

    /// The matrix without its first rows and columns, as they are counted after the transposition.
    func dropping(rows: Int = 0, columns: Int = 0) -> Matrix {
      let (down, right) = isTransposed ? (columns, rows) : (rows, columns)
      return Matrix(
        elements: elements + down * rowStride + right, rowStride: rowStride, isTransposed: isTransposed)
    }
  }

  /// The extents of a product C = A·B: A is rows×depth, B is depth×columns.
  struct ProductExtents {
    let rows: Int
    let columns: Int
    let depth: Int
  }

  extension OpenBLASLibrary {
    /// Computes C ← A·B or C ← C + A·B on the calling thread.
    ///
    /// - Parameters:
    ///   - left: A.
    ///   - right: B.
    ///   - extents: Their extents, each within OpenBLAS's integers.
    ///   - result: C, row-major.
    ///   - resultStride: Elements from one row of C to the next.
    ///   - adding: Whether C is added to; otherwise what it held is not read.
    func multiply(
      _ left: Matrix, _ right: Matrix, _ extents: ProductExtents, into result: UnsafeMutablePointer<Float>,
      resultStride: Int, adding: Bool
    ) {
      let rowMajor: Int32 = 101
      sgemm(
        rowMajor, left.transposition, right.transposition, Int32(extents.rows), Int32(extents.columns),
        Int32(extents.depth), 1, left.elements, Int32(left.rowStride), right.elements, Int32(right.rowStride),
        adding ? 1 : 0, result, Int32(resultStride))
    }

    /// The loop that computes C ← A·B; each thread has some columns of C, or rows if there are more of these.
    ///
    /// - Parameters:
    ///   - left: A.
    ///   - right: B.
    ///   - extents: Their extents, each within OpenBLAS's integers.
    ///   - result: C, row-major and without gaps; what it held is not read.
    ///   - threads: The threads.
    /// - Returns: The loop.
    func product(
      _ left: Matrix, _ right: Matrix, _ extents: ProductExtents, into result: UnsafeMutablePointer<Float>,
      threads: ThreadPool
    ) -> ParallelLoop {
      let cutsColumns = extents.columns >= extents.rows
      return ParallelLoop(threads: threads, count: max(extents.columns, extents.rows)) { slice, _ in
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

  extension Matrix {
    /// `CblasTrans` or `CblasNoTrans`.
    fileprivate var transposition: Int32 { isTransposed ? 112 : 111 }
  }
#endif
