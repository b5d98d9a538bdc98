#if OpenBLAS
  import Backends
  import COpenBLAS

  /// What OpenBLAS tells of itself, and its one setting that matters here.
  enum OpenBLASLibrary {
    /// Name and version: `OpenBLAS 0.3.21`.
    static let version: String = {
      // The configuration begins with them: "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH …".
      guard let configuration = openblas_get_config() else { return "OpenBLAS" }
      return String(cString: configuration).split(separator: " ").prefix(2).joined(separator: " ")
    }()

    /// The processor core whose kernels the library picked: `Cooperlake`.
    static let core: String = openblas_get_corename().map { String(cString: $0) } ?? "unknown"

    /// Makes each call run on the thread that makes it.
    ///
    /// - Throws: `BackendError` if OpenBLAS keeps threads of its own.
    static func useOneThread() throws {
      openblas_set_num_threads(1)
      let threads = openblas_get_num_threads()
      guard threads == 1 else {
        throw BackendError(
          "OpenBLAS keeps \(threads) threads of its own; start with OPENBLAS_NUM_THREADS=1 in the environment"
        )
      }
    }

    /// Whether the library's integers can hold all of some extents.
    static func canIndex(_ extents: [Int]) -> Bool {
      extents.allSatisfy { $0 <= Int(blasint.max) }
    }
  }
#endif
