#if DNNL
  import Backends
  import CDNNL
  import Tensors

  /// A primitive before it is bound: the chosen implementation with the layouts that it requires.
  final class PrimitiveDescriptor {
    let handle: dnnl_primitive_desc_t

    init(_ what: String, _ make: (inout OpaquePointer?) -> dnnl_status_t) throws {
      handle = try created(what, make)
    }

    deinit {
      dnnl_primitive_desc_destroy(handle)
    }

    /// The name of the implementation: `jit:avx512_core`.
    var implementation: String { String(cString: onednn_implementation(handle)) }

    /// Whether the implementation is one of those that are slow or allocate while they run.
    var isFallback: Bool { implementation.contains("ref") || implementation.contains("gemm") }

    /// The layout of one of its tensors.
    func memory(_ query: dnnl_query_t) throws -> MemoryDescriptor {
      guard let descriptor = onednn_query_memory_desc(handle, query) else {
        throw BackendError.libraryFailure(reason: "oneDNN does not report a layout")
      }
      return try MemoryDescriptor(copying: descriptor)
    }

    /// Bytes of scratch memory that it uses while it runs.
    var scratchByteCount: Int {
      onednn_query_memory_desc(handle, dnnl_query_scratchpad_md).map { onednn_memory_desc_size($0) } ?? 0
    }
  }

  /// A primitive with the memory of all its arguments, ready to be run any number of times.
  final class Primitive {
    private let engine: Engine
    private let primitive: dnnl_primitive_t
    private var memories: [dnnl_memory_t] = []
    private var arguments: [dnnl_exec_arg_t] = []

    /// Creates a primitive and binds it to its memory.
    ///
    /// - Parameters:
    ///   - descriptor: The primitive's description.
    ///   - engine: The engine.
    ///   - scratch: Memory of at least the size that the descriptor requires.
    ///   - tensors: oneDNN's argument, the layout and the address of each tensor; an address can be set later.
    /// - Throws: `BackendError` if oneDNN fails.
    init(
      _ descriptor: PrimitiveDescriptor, _ engine: Engine, scratch: UnsafeMutableRawPointer,
      _ tensors: [(argument: Int32, descriptor: MemoryDescriptor, address: UnsafeMutableRawPointer?)]
    ) throws {
      self.engine = engine
      primitive = try created("a primitive") { dnnl_primitive_create(&$0, descriptor.handle) }
      for tensor in tensors {
        try bind(tensor.argument, tensor.descriptor.handle, tensor.address)
      }
      if let scratchpad = onednn_query_memory_desc(descriptor.handle, dnnl_query_scratchpad_md),
        onednn_memory_desc_size(scratchpad) > 0
      {
        try bind(DNNL_ARG_SCRATCHPAD, scratchpad, scratch)
      }
    }

    deinit {
      memories.forEach { _ = dnnl_memory_destroy($0) }
      dnnl_primitive_destroy(primitive)
    }

    private func bind(
      _ argument: Int32, _ descriptor: onednn_const_memory_desc, _ address: UnsafeMutableRawPointer?
    ) throws {
      let memory = try created("a memory object") {
        onednn_memory_create(&$0, descriptor, engine.engine, address)
      }
      memories.append(memory)
      arguments.append(dnnl_exec_arg_t(arg: argument, memory: memory))
    }

    /// Sets the address of a tensor.
    ///
    /// - Parameters:
    ///   - tensor: The tensor's number among those that the primitive was made with.
    ///   - address: The address.
    /// - Throws: `BackendError` if oneDNN fails.
    func move(_ tensor: Int, to address: UnsafeMutableRawPointer) throws {
      try check(dnnl_memory_set_data_handle(memories[tensor], address), "move a tensor")
    }

    /// Runs it to the end.
    func run() throws {
      try arguments.withUnsafeBufferPointer {
        try check(
          dnnl_primitive_execute(primitive, engine.stream, Int32($0.count), $0.baseAddress), "run a primitive"
        )
      }
    }
  }
#endif
