#if DNNL
  import Backends
  import CDNNL

  /// A copy from one layout to another; none where the two are the same.
  struct Reordering {
    private let descriptor: PrimitiveDescriptor?
    let source: MemoryDescriptor
    let destination: MemoryDescriptor

    init(_ engine: Engine, from source: MemoryDescriptor, to destination: MemoryDescriptor) throws {
      self.source = source
      self.destination = destination
      descriptor =
        source.isEqual(to: destination)
        ? nil
        : try PrimitiveDescriptor("a reordering") {
          onednn_reorder(&$0, engine.engine, source.handle, destination.handle, engine.attributes)
        }
    }

    /// Whether anything has to be copied.
    var isNeeded: Bool { descriptor != nil }

    /// Bytes of memory for the copy; none where none is needed.
    var byteCount: Int { isNeeded ? destination.byteCount : 0 }

    /// Bytes of scratch memory while it runs.
    var scratchByteCount: Int { descriptor?.scratchByteCount ?? 0 }

    /// The copy between two places, ready to run; nil where none is needed.
    ///
    /// Places that are nil are to be given before it runs.
    func primitive(
      _ engine: Engine, from: UnsafeMutableRawPointer?, to: UnsafeMutableRawPointer?,
      scratch: UnsafeMutableRawPointer
    ) throws -> Primitive? {
      guard let descriptor else { return nil }
      return try Primitive(
        descriptor, engine, scratch: scratch,
        [(DNNL_ARG_FROM, source, from), (DNNL_ARG_TO, destination, to)])
    }
  }
#endif
