#if DNNL
  import Backends
  import CDNNL
  import Operations
  import Tensors

  /// The backend on oneDNN: blocked layouts from end to end, and code generated for the CPU it runs on.
  ///
  /// Convolutions and dense layers are oneDNN primitives; what is bound by memory, and has to treat NaN as
  /// PyTorch does, are the loops of `Common` over oneDNN's layouts.
  public struct DNNL: Backend {
    /// The name that picks it.
    public let name = "dnnl"

    /// The threads that oneDNN and our loops share.
    public let threads: ThreadPool

    /// The library's version and the instruction set that it uses on this machine.
    public let information: BackendInformation

    /// What computes each operation.
    public let table: OperationTable

    /// The speed of blocked convolutions and of oneDNN's products for dense layers.
    public let speed = KernelSpeed(
      products: 0.92, halfwayTerms: 0, channelBlock: 16, unfolds: false, denseForward: 0.6,
      denseBackward: 0.29,
      call: 1e-6)

    private let engine: Engine
    private let bfloat16Limitation: String?

    /// Makes the backend.
    ///
    /// - Parameters:
    ///   - threads: The threads that oneDNN and our loops share.
    ///   - allowsEmulation: Whether bfloat16 is done on a CPU that has no instructions for it, slowly.
    /// - Throws: `BackendError` if oneDNN cannot be started.
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

    /// Why an operation cannot be done in a precision, in one line; nil if it can.
    public func limitation(of operation: Operation, precision: Precision) -> String? {
      switch precision {
      case .float32: break
      case .bfloat16: if let bfloat16Limitation { return bfloat16Limitation }
      case .float64: return "dnnl computes in float32 and bf16, not in float64"
      }
      if case .softmax = operation, precision != .float32 { return "softmax is computed in float32 only" }
      return Common.limitation(of: operation)
    }

    /// A ReLU is computed in the place of the convolution's result.
    public func canFuse(_ activation: Activation, into operation: Operation) -> Bool {
      if case .convolution(_, activation: nil) = operation { return true }
      return false
    }

    /// Makes the kernel of one operation: primitives, layouts, scratch.
    ///
    /// - Parameter request: The operation with its surroundings.
    /// - Returns: The kernel, not yet bound to memory.
    /// - Throws: `BackendError` if oneDNN refuses.
    public func makeKernel(for request: KernelRequest) throws -> any Kernel {
      request.threads.makeCurrent()
      if let limitation = limitation(of: request.operation, precision: request.precision) {
        throw BackendError(limitation)
      }
      return try table.makeKernel(for: request)
    }

    /// Copies a tensor from one layout to another with a reorder primitive.
    ///
    /// - Parameters:
    ///   - source: The tensor.
    ///   - sourceLayout: Its layout.
    ///   - destination: Where it goes.
    ///   - destinationLayout: The layout there.
    /// - Throws: `BackendError` if oneDNN cannot copy between these layouts.
    public func copy(
      _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
      _ destinationLayout: Layout
    ) throws {
      try makeCopy(from: sourceLayout, to: destinationLayout).run(source, to: destination)
    }

    /// Prepares a reorder primitive.
    ///
    /// - Parameters:
    ///   - source: The layout of the tensors that will be copied.
    ///   - destination: The layout of the copies.
    /// - Returns: The copy.
    /// - Throws: `BackendError` if oneDNN cannot copy between these layouts.
    public func makeCopy(from source: Layout, to destination: Layout) throws -> any TensorCopy {
      // Of a plain layout the extents are those of the other side, which has groups apart.
      let extents =
        try (source.isPlain ? destination : source).descriptor().extents ?? source.shape.extents
      func descriptor(_ layout: Layout) throws -> MemoryDescriptor {
        layout.isPlain ? try .plain(extents, layout.elementType) : try layout.descriptor()
      }
      return try ReorderCopy(engine, from: descriptor(source), to: descriptor(destination))
    }

    private static var version: String {
      let version = dnnl_version().pointee
      return "\(version.major).\(version.minor).\(version.patch)"
    }
  }
#endif
