#if DNNL
  import Backends
  import CDNNL
  import Tensors

  /// oneDNN's description of how a tensor is stored in memory.
  final class MemoryDescriptor: ElementOrder, @unchecked Sendable {
    // Sendable because the description is never changed.
    let handle: onednn_memory_desc

    /// Row-major without padding.
    static func plain(_ extents: [Int], _ type: ElementType) throws -> MemoryDescriptor {
      try MemoryDescriptor(extents, type, onednn_memory_desc_create_plain)
    }

    /// The layout that the primitive prefers.
    static func any(_ extents: [Int], _ type: ElementType) throws -> MemoryDescriptor {
      try MemoryDescriptor(extents, type, onednn_memory_desc_create_any)
    }

    /// Images N×C×H×W with their channels in runs of some lanes; one lane is plain.
    static func images(_ extents: [Int], _ type: ElementType, lanes: Int) throws -> MemoryDescriptor {
      guard lanes > 1 else { return try plain(extents, type) }
      return try MemoryDescriptor(extents, type) { result, _, dims, type in
        onednn_memory_desc_create_lanes(result, dims, type, Int64(lanes))
      }
    }

    private init(
      _ extents: [Int], _ type: ElementType,
      _ create: (
        UnsafeMutablePointer<onednn_memory_desc?>, Int32, UnsafePointer<dnnl_dim_t>, dnnl_data_type_t
      ) -> dnnl_status_t
    ) throws {
      var handle: onednn_memory_desc?
      let status = create(&handle, Int32(extents.count), extents.map(Int64.init), try type.dnnlType)
      try check(status, "describe a tensor of \(Shape(extents))")
      guard let handle else { throw BackendError.libraryFailure(reason: "oneDNN described nothing") }
      self.handle = handle
    }

    /// A copy of a description that a primitive descriptor owns.
    init(copying source: onednn_const_memory_desc) throws {
      var handle: onednn_memory_desc?
      try check(onednn_memory_desc_clone(&handle, source), "copy a memory descriptor")
      guard let handle else { throw BackendError.libraryFailure(reason: "oneDNN copied nothing") }
      self.handle = handle
    }

    deinit {
      onednn_memory_desc_destroy(handle)
    }

    /// Bytes, padding included.
    var byteCount: Int { onednn_memory_desc_size(handle) }

    /// Strides and blocks, if they describe how the elements are stored.
    var blocking: onednn_blocking? {
      var blocking = onednn_blocking()
      return onednn_memory_desc_blocking(handle, &blocking) ? blocking : nil
    }

    func isEqual(to other: any ElementOrder) -> Bool {
      guard let other = other as? MemoryDescriptor else { return false }
      return onednn_memory_desc_equal(handle, other.handle)
    }

    func isEqual(to other: MemoryDescriptor) -> Bool {
      onednn_memory_desc_equal(handle, other.handle)
    }
  }

  extension ElementType {
    /// The type in oneDNN's terms.
    var dnnlType: dnnl_data_type_t {
      get throws {
        switch self {
        case .float32: dnnl_f32
        case .bfloat16: dnnl_bf16
        case .float16: dnnl_f16
        case .int32: dnnl_s32
        case .uint8: dnnl_u8
        case .float64, .int64:
          throw BackendError.unsupportedOperation(reason: "oneDNN has no \(rawValue) tensors on the CPU")
        }
      }
    }
  }
#endif
