#if DNNL
  import Backends
  import CDNNL
  import Operations
  import Tensors

  /// The backend based on oneDNN: blocked layouts from end to end, and code generated for the CPU it runs on.
  ///
  /// Convolutions and dense layers are oneDNN primitives; operations limited by memory bandwidth use the loops of
  /// `Common` over oneDNN's layouts, which treat NaN as PyTorch does.
  public struct DNNL: Backend {
    /// The name that selects it.
    public let name = "dnnl"

    /// The threads that oneDNN and our loops share.
    public let threads: ThreadPool

    /// The library's version and the instruction set that it uses on this machine.
    public let information: BackendInformation

    /// The table of the kernels.
    public let table: OperationTable

    /// The speed of blocked convolutions and of oneDNN's products for dense layers.
    public let speed = KernelSpeed(
      products: 0.92, halfwayTerms: 0, channelBlock: 16, unfolds: false, denseForward: 0.6,
      denseBackward: 0.29,
      call: 1e-6)

    private let engine: Engine
    private let bfloat16Limitation: String?

    /// Creates the backend.
    ///
    /// - Parameters:
    ///   - threads: The threads that oneDNN and our loops share.
    ///   - allowsEmulation: Whether bfloat16 is emulated, slowly, on a CPU without instructions for it.
    /// - Throws: `BackendError` if oneDNN cannot be initialized.
    public init(threads: ThreadPool = .automatic, allowsEmulation: Bool = false) throws {
      threads.makeCurrent()
      self.threads = threads
      engine = try Engine()
      table = Self.table(engine)
      bfloat16Limitation = Bfloat16Support.limitation(allowsEmulation: allowsEmulation)
      information = BackendInformation(
        library: "oneDNN \(Self.version)", instructionSet: InstructionSet.used?.description ?? "generic",
        precisions: bfloat16Limitation == nil ? [.float32, .bfloat16] : [.float32])
    }

    /// The reason that an operation cannot be computed in a precision, in one line; nil if it can.
    public func limitation(of operation: TensorOperation, precision: Precision) -> String? {
      switch precision {
      case .float32: break
      case .bfloat16: if let bfloat16Limitation { return bfloat16Limitation }
      case .float64: return "dnnl computes in float32 and bf16, not in float64"
      }
      if case .softmax = operation, precision != .float32 { return "softmax is computed in float32 only" }
      return Common.limitation(of: operation)
    }

    /// A ReLU is computed in place on the convolution's result.
    public func canFuse(_ activation: Activation, into operation: TensorOperation) -> Bool {
      if case .convolution(_, activation: nil) = operation { return true }
      return false
    }

    /// Makes the kernel of one operation: primitives, layouts, scratch.
    ///
    /// - Parameter request: The operation, its layouts and how it will be run.
    /// - Returns: The kernel, not yet bound to memory.
    /// - Throws: `BackendError` if oneDNN fails.
    public func makeKernel(for request: KernelRequest) throws -> any Kernel {
      request.threads.makeCurrent()
      if let limitation = limitation(of: request.operation, precision: request.precision) {
        throw BackendError.unsupportedOperation(reason: limitation)
      }
      return try table.makeKernel(for: request)
    }

    /// Reorders a tensor from one layout to another with a reorder primitive.
    ///
    /// - Parameters:
    ///   - source: The tensor.
    ///   - sourceLayout: Its layout.
    ///   - destination: The memory for the result.
    ///   - destinationLayout: The layout there.
    /// - Throws: `BackendError` if oneDNN cannot reorder between these layouts.
    public func reorder(
      _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
      _ destinationLayout: Layout
    ) throws {
      try makeReorder(from: sourceLayout, to: destinationLayout).run(source, to: destination)
    }

    /// Prepares a reorder primitive.
    ///
    /// - Parameters:
    ///   - source: The layout of the tensors that will be reordered.
    ///   - destination: The layout of the results.
    /// - Returns: The reorder.
    /// - Throws: `BackendError` if oneDNN cannot reorder between these layouts.
    public func makeReorder(from source: Layout, to destination: Layout) throws -> any Reorder {
      // For a plain layout the extents are those of the other side, which has a separate axis for groups.
      let extents =
        try (source.isPlain ? destination : source).descriptor().extents ?? source.shape.extents
      func descriptor(_ layout: Layout) throws -> MemoryDescriptor {
        layout.isPlain ? try .plain(extents, layout.elementType) : try layout.descriptor()
      }
      return try PreparedReorder(engine, from: descriptor(source), to: descriptor(destination))
    }

    private static var version: String {
      let version = dnnl_version().pointee
      return "\(version.major).\(version.minor).\(version.patch)"
    }
  }
#endif
