#if OpenBLAS
  import Backends
  import CCBLAS

  #if canImport(Glibc)
    import Glibc
  #elseif canImport(Darwin)
    import Darwin
  #endif

  /// OpenBLAS, loaded when it is first used.
  ///
  /// A process that does not use it does not pay for it, and if the library is missing, the error says so.
  struct OpenBLASLibrary: Sendable {
    /// The library of this process.
    static let loaded = Result { () throws(BackendError) in try OpenBLASLibrary() }

    /// The matrix product.
    let sgemm: CBLAS

    /// Name and version: `OpenBLAS 0.3.21`.
    let version: String

    /// The processor core whose kernels the library uses: `Cooperlake`; with a note if an environment variable selected
    /// it.
    let core: String

    private static let fileNames = [
      "libopenblas.so.0", "libopenblas.dylib", "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
      "/usr/local/opt/openblas/lib/libopenblas.dylib",
    ]

    private init() throws(BackendError) {
      guard
        let library = DynamicLibrary(
          firstOf: Self.fileNames, setting: (name: "OPENBLAS_NUM_THREADS", value: "1"))
      else {
        throw BackendError.unavailable(
          reason: "OpenBLAS is not installed, and the openblas backend needs it: apt install libopenblas0, "
            + "or brew install openblas")
      }
      sgemm = try CBLAS(library)
      let configuration = try library.function("openblas_get_config", as: openblas_get_config_function.self)()
      // It begins with name and version: "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH …".
      let words = configuration.map { String(cString: $0).split(separator: " ") } ?? ["OpenBLAS"]
      guard !words.contains("USE64BITINT") else {
        throw BackendError.unavailable(
          reason: "this OpenBLAS uses 64-bit integers; install the usual one, which uses 32-bit integers")
      }
      version = words.prefix(2).joined(separator: " ")
      let name = try library.function("openblas_get_corename", as: openblas_get_corename_function.self)()
      core = Self.describe(core: name.map { String(cString: $0) } ?? "unknown")
      try Self.useOneThread(library)
    }

    private static func describe(core: String) -> String {
      let chosen = getenv("OPENBLAS_CORETYPE").map { String(cString: $0) }
      return chosen?.lowercased() == core.lowercased() ? "\(core) (OPENBLAS_CORETYPE)" : core
    }

    /// Makes each call run on the calling thread, even if the library was loaded before.
    private static func useOneThread(_ library: DynamicLibrary) throws(BackendError) {
      let setThreads = try library.function(
        "openblas_set_num_threads", as: openblas_set_num_threads_function.self)
      let threadCount = try library.function(
        "openblas_get_num_threads", as: openblas_get_num_threads_function.self)
      setThreads(1)
      guard threadCount() == 1 else {
        throw BackendError.unavailable(
          reason: "OpenBLAS uses \(threadCount()) threads, but must use only one")
      }
    }
  }
#endif
