#if OpenBLAS
  import Backends
  import Operations

  /// The backend based on OpenBLAS's matrix product: plain layouts, float32, and the im2col kernels.
  ///
  /// OpenBLAS itself is limited to one thread: the threads of the shared pool call it, each for its own work.
  public struct OpenBLAS: Backend {
    /// The name that selects it.
    public let name = "openblas"

    /// The threads that call OpenBLAS.
    public let threads: ThreadPool

    /// The library's version and the instruction set that it selected on this machine.
    public let information: BackendInformation

    /// The table of the kernels.
    public let table: OperationTable

    private let sgemm: CBLAS

    /// Creates the backend; loads OpenBLAS if necessary, and limits it to one thread in the whole process.
    ///
    /// - Parameter threads: The threads to use.
    /// - Throws: `BackendError` if OpenBLAS is not installed, cannot be used, or cannot be limited to one thread.
    public init(threads: ThreadPool = .automatic) throws {
      let library = try OpenBLASLibrary.loaded.get()
      sgemm = library.sgemm
      self.threads = threads
      table = Self.table(sgemm)
      information = BackendInformation(
        library: library.version, instructionSet: library.core, precisions: [.float32])
    }

    /// The reason that an operation cannot be computed in a precision, in one line; nil if it can.
    public func limitation(of operation: TensorOperation, precision: Precision) -> String? {
      guard precision == .float32 else {
        return "the openblas backend computes in float32 only, not in \(precision.rawValue)"
      }
      return Im2col.limitation(of: operation, sgemm) ?? Common.limitation(of: operation)
    }

    /// A ReLU is computed while the convolution's result is still in cache.
    public func canFuse(_ activation: Activation, into operation: TensorOperation) -> Bool {
      Im2col.canFuse(activation, into: operation)
    }
  }
#endif
