#if OpenBLAS || BLIS
  import CCBLAS

  /// `cblas_sgemm` of a library that is loaded at run time.
  ///
  /// The library must use 32-bit integers, and run each call on the thread that makes it.
  public struct CBLAS: MatrixMultiplier {
    /// The routine's name.
    public let name = "sgemm"
    private let sgemm: cblas_sgemm_function

    /// Finds the routine.
    ///
    /// - Throws: ``BackendError`` if the library does not have it.
    public init(_ library: DynamicLibrary) throws(BackendError) {
      sgemm = try library.function("cblas_sgemm", as: cblas_sgemm_function.self)
    }

    /// The largest 32-bit integer.
    public var maximumExtent: Int { Int(Int32.max) }

    /// Computes C ← A·B or C ← C + A·B.
    public func multiply(
      _ left: Matrix, _ right: Matrix, _ extents: ProductExtents, into result: UnsafeMutablePointer<Float>,
      resultStride: Int, adding: Bool
    ) {
      sgemm(
        CblasRowMajor, left.transposition, right.transposition, Int32(extents.rows), Int32(extents.columns),
        Int32(extents.depth), 1, left.elements, Int32(left.rowStride), right.elements, Int32(right.rowStride),
        adding ? 1 : 0, result, Int32(resultStride))
    }
  }

  extension Matrix {
    fileprivate var transposition: CBLAS_TRANSPOSE { isTransposed ? CblasTrans : CblasNoTrans }
  }
#endif
