#if DNNL
  import Backends
  import CDNNL
  import Operations
  import SharedKernels
  import Tensors

  /// The backend on oneDNN: blocked layouts from end to end, and code generated for the CPU it runs on.
  ///
  /// Convolutions and dense layers are oneDNN primitives; what is bound by memory, and has to treat NaN as
  /// PyTorch does, are loops of SharedKernels over oneDNN's layouts.
  public struct DNNL: Backend {
    /// The name that picks it.
    public let name = "dnnl"

    /// The threads that oneDNN and our loops share.
    public let threads: ThreadPool

    /// The library's version and the instruction set that it uses on this machine.
    public let information: BackendInformation

    private let engine: Engine

    /// Makes the backend.
    ///
    /// - Parameter threads: The threads that oneDNN and our loops share.
    /// - Throws: `BackendError` if oneDNN cannot be started.
    public init(threads: ThreadPool) throws {
      threads.makeCurrent()
      self.threads = threads
      engine = try Engine()
      let version = dnnl_version().pointee
      information = BackendInformation(
        library: "oneDNN \(version.major).\(version.minor).\(version.patch)",
        instructionSet: Self.instructionSet, precisions: [.float32])
    }

    /// Why an operation cannot be done in a precision, in one line; nil if it can.
    public func limitation(of operation: Operation, precision: Precision) -> String? {
      guard precision == .float32 else { return "dnnl computes in float32, not in \(precision.rawValue)" }
      if case .maxPooling(let geometry) = operation { return MaxPooling.limitation(of: geometry) }
      return nil
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
      threads.makeCurrent()
      let input = request.input
      switch request.operation {
      case .convolution(let geometry, let activation):
        return try Convolution(geometry, request, engine).kernel(activation: activation, threads: threads)
      case .dense(let geometry):
        return try Dense(geometry, request, engine).kernel(threads: threads)
      case .flatten where !input.isPlain:
        return try FlattenCopy(input, engine)
      case .maxPooling, .averagePooling, .relu, .dropout, .flatten:
        return try request.makeSharedKernel(
          planes: try input.planes(), output: try input.withShape(request.operation.outputShape),
          threads: threads)
      }
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
      // Of a plain layout the extents are those of the other side, which has groups apart.
      let extents =
        try (sourceLayout.isPlain ? destinationLayout : sourceLayout).descriptor().extents
        ?? sourceLayout.shape.extents
      func descriptor(_ layout: Layout) throws -> MemoryDescriptor {
        layout.isPlain ? try .plain(extents, layout.elementType) : try layout.descriptor()
      }
      let reordering = try Reordering(
        engine, from: descriptor(sourceLayout), to: descriptor(destinationLayout))
      let scratch = try AlignedBuffer(byteCount: reordering.scratchByteCount)
      let place = UnsafeMutableRawPointer(mutating: source)
      if let primitive = try reordering.primitive(
        engine, from: place, to: destination, scratch: scratch.baseAddress)
      {
        try primitive.run()
      } else {
        destination.copyMemory(from: source, byteCount: sourceLayout.byteCount)
      }
    }

    private static var instructionSet: String {
      switch dnnl_get_effective_cpu_isa() {
      case dnnl_cpu_isa_sse41: "SSE4.1"
      case dnnl_cpu_isa_avx: "AVX"
      case dnnl_cpu_isa_avx2: "AVX2"
      case dnnl_cpu_isa_avx2_vnni: "AVX2 with VNNI"
      case dnnl_cpu_isa_avx512_core: "AVX-512"
      case dnnl_cpu_isa_avx512_core_vnni: "AVX-512 with VNNI"
      case dnnl_cpu_isa_avx512_core_bf16: "AVX-512 with VNNI and bf16"
      case dnnl_cpu_isa_avx512_core_amx: "AVX-512 with VNNI, bf16 and AMX"
      default: "generic"
      }
    }
  }
#endif
