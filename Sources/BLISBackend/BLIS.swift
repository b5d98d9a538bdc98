#if BLIS
  import Backends
  import Operations

  /// The backend based on BLIS's matrix product: plain layouts, float32, and the im2col kernels.
  ///
  /// BLIS is loaded when the backend is first made, and limited to one thread: the threads of the shared pool call it,
  /// each for its own work.
  public struct BLIS: Backend {
    /// The name that selects it.
    public let name = "blis"

    /// The threads that call BLIS.
    public let threads: ThreadPool

    /// The library's version and the instruction set that it selected on this machine.
    public let information: BackendInformation

    /// The table of the kernels.
    public let table: OperationTable

    /// The speed of BLIS's products: each call takes longer than OpenBLAS's.
    public let speed = KernelSpeed.matrixProducts(call: 12e-6)

    let sgemm: BLISProduct

    /// Creates the backend; loads BLIS if necessary, and limits it to one thread in the whole process.
    ///
    /// - Parameter threads: The threads to use.
    /// - Throws: `BackendError` if BLIS is not installed or cannot be used.
    public init(threads: ThreadPool = .automatic) throws {
      let library = try BLISLibrary.loaded.get()
      sgemm = library.sgemm
      self.threads = threads
      table = Self.table(sgemm)
      information = BackendInformation(
        library: library.version, instructionSet: library.architecture, precisions: [.float32])
    }

    /// The reason that an operation cannot be computed in a precision, in one line; nil if it can.
    public func limitation(of operation: TensorOperation, precision: Precision) -> String? {
      guard precision == .float32 else {
        return "the blis backend computes in float32 only, not in \(precision.rawValue)"
      }
      return Im2col.limitation(of: operation, sgemm) ?? Common.limitation(of: operation)
    }

    /// A ReLU is computed while the convolution's result is still in cache.
    public func canFuse(_ activation: Activation, into operation: TensorOperation) -> Bool {
      Im2col.canFuse(activation, into: operation)
    }
  }

  /// BLIS's matrix product, without its shortcuts that omit terms.
  ///
  /// Its shortcuts for vectors skip terms multiplied by 0 (`axpyv` returns immediately if alpha is 0), so that 0 · ∞
  /// would be 0 instead of NaN. Version 0.9 uses them for a result of one row or one column, and for an odd last column
  /// where A is transposed; these are computed here.
  struct BLISProduct: MatrixMultiplier {
    fileprivate let sgemm: CBLAS
    var name: String { sgemm.name }
    var maximumExtent: Int { sgemm.maximumExtent }

    func multiply(
      _ left: Matrix, _ right: Matrix, _ extents: ProductExtents, into result: UnsafeMutablePointer<Float>,
      resultStride: Int, adding: Bool
    ) {
      let isVector = extents.rows == 1 || extents.columns == 1
      let ownColumns = isVector ? extents.columns : left.isTransposed ? extents.columns % 2 : 0
      let columns = extents.columns - ownColumns
      if columns > 0 {
        sgemm.multiply(
          left, right, ProductExtents(rows: extents.rows, columns: columns, depth: extents.depth),
          into: result,
          resultStride: resultStride, adding: adding)
      }
      for row in 0..<extents.rows {
        let sums = result + row * resultStride + columns
        if !adding { sums.update(repeating: 0, count: ownColumns) }
        for term in 0..<extents.depth {
          let factor = left[row, term]
          for column in 0..<ownColumns { sums[column] += factor * right[term, columns + column] }
        }
      }
    }
  }

  /// BLIS, loaded when it is first used.
  ///
  /// BLIS's functions are declared here, since Debian's header comes with a package that would replace the system's
  /// BLAS; `cblas_sgemm` is declared as in OpenBLAS.
  private struct BLISLibrary: Sendable {
    static let loaded = Result { () throws(BackendError) in try BLISLibrary() }

    let sgemm: BLISProduct
    /// Name and version: `BLIS 0.9.0`.
    let version: String
    /// The kernels that it uses: `zen3`, `skx`.
    let architecture: String

    private static let fileNames = [
      "libblis.so.4", "libblis.dylib", "/opt/homebrew/opt/blis/lib/libblis.dylib",
    ]

    private init() throws(BackendError) {
      guard
        let library = DynamicLibrary(firstOf: Self.fileNames, setting: (name: "BLIS_NUM_THREADS", value: "1"))
      else {
        throw BackendError.unavailable(
          reason:
            "BLIS is not installed, and the blis backend needs it: apt install libblis4-serial, or brew install blis"
        )
      }
      typealias IntegerSize = @convention(c) () -> Int
      guard try library.function("bli_info_get_blas_int_type_size", as: IntegerSize.self)() == 32 else {
        throw BackendError.unavailable(
          reason: "this BLIS uses 64-bit integers; install the usual one, which uses 32-bit integers")
      }
      sgemm = BLISProduct(sgemm: try CBLAS(library))
      typealias Version = @convention(c) () -> UnsafePointer<CChar>?
      let number = try library.function("bli_info_get_version_str", as: Version.self)()
      let release = number.map { String(cString: $0) } ?? ""
      version = "BLIS \(release)"
      // arch_t is an enumeration, an int.
      typealias Query = @convention(c) () -> Int32
      typealias Name = @convention(c) (Int32) -> UnsafePointer<CChar>?
      let name = try library.function("bli_arch_string", as: Name.self)
      architecture =
        try name(library.function("bli_arch_query_id", as: Query.self)()).map { String(cString: $0) }
        ?? "unknown"
      // In version 0.9, the kernels for small products read beyond operands that are not packed (BLIS issues 635 and 821),
      // which crashes if no memory follows. In version 1.1, small products of packed operands are wrong.
      if release.hasPrefix("0.") {
        typealias SetPacking = @convention(c) (Bool) -> Void
        for operand in ["a", "b"] {
          try library.function("bli_pack_set_pack_\(operand)", as: SetPacking.self)(true)
        }
      }
      typealias SetThreads = @convention(c) (Int) -> Void
      try library.function("bli_thread_set_num_threads", as: SetThreads.self)(1)
    }
  }
#endif
