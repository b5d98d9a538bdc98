#if OpenBLAS
  import Backends

  /// OpenBLAS, loaded when it is first used: a process that computes otherwise does not pay for it, and one
  /// without it is told what is missing.
  struct OpenBLASLibrary: Sendable {
    /// `cblas_sgemm`, with C's enumerations and `blasint` as what they are in memory.
    typealias MatrixProduct =
      @convention(c) @Sendable (
        _ order: Int32, _ transposeLeft: Int32, _ transposeRight: Int32, _ rows: Int32, _ columns: Int32,
        _ depth: Int32, _ alpha: Float, _ left: UnsafePointer<Float>, _ leftStride: Int32,
        _ right: UnsafePointer<Float>, _ rightStride: Int32, _ beta: Float,
        _ result: UnsafeMutablePointer<Float>, _ resultStride: Int32
      ) -> Void

    /// The library of this process.
    static let loaded = Result { () throws(BackendError) in try OpenBLASLibrary() }

    /// `cblas_sgemm`.
    let sgemm: MatrixProduct

    /// Name and version: `OpenBLAS 0.3.21`.
    let version: String

    /// The processor core whose kernels the library uses: `Cooperlake`; and, where the environment has chosen it
    /// in place of the library, that it has.
    let core: String

    private static let fileNames = [
      "libopenblas.so.0", "libopenblas.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
      "/usr/local/opt/openblas/lib/libopenblas.dylib",
    ]

    private init() throws(BackendError) {
      let library = EnvironmentVariable("OPENBLAS_NUM_THREADS").withValue("1") {
        DynamicLibrary(firstOf: Self.fileNames)
      }
      guard let library else {
        throw BackendError(
          "OpenBLAS is not installed, and the openblas backend needs it: apt install libopenblas0, "
            + "or brew install openblas")
      }
      sgemm = try library.function("cblas_sgemm", as: MatrixProduct.self)
      typealias Text = @convention(c) () -> UnsafePointer<CChar>?
      let configuration = try library.function("openblas_get_config", as: Text.self)()
      // It begins with name and version: "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH …".
      let words = configuration.map { String(cString: $0).split(separator: " ") } ?? ["OpenBLAS"]
      guard !words.contains("USE64BITINT") else {
        throw BackendError("this OpenBLAS counts in 64 bits; install the usual one, which counts in 32")
      }
      version = words.prefix(2).joined(separator: " ")
      let name = try library.function("openblas_get_corename", as: Text.self)()
      core = Self.describe(core: name.map { String(cString: $0) } ?? "unknown")
      try Self.useOneThread(library)
    }

    private static func describe(core: String) -> String {
      let chosen = EnvironmentVariable("OPENBLAS_CORETYPE").value
      return chosen?.lowercased() == core.lowercased() ? "\(core) (OPENBLAS_CORETYPE)" : core
    }

    /// Makes each call run on the thread that makes it, also in a library that was loaded before.
    private static func useOneThread(_ library: DynamicLibrary) throws(BackendError) {
      let setThreads = try library.function(
        "openblas_set_num_threads", as: (@convention(c) (Int32) -> Void).self)
      let threadCount = try library.function(
        "openblas_get_num_threads", as: (@convention(c) () -> Int32).self)
      setThreads(1)
      guard threadCount() == 1 else {
        throw BackendError("OpenBLAS keeps \(threadCount()) threads of its own, and must have only one")
      }
    }

    /// Whether the library's integers can hold all of some extents.
    static func canIndex(_ extents: [Int]) -> Bool {
      extents.allSatisfy { $0 <= Int(Int32.max) }
    }
  }
#endif
