#if DNNL
  import Backends
  import CDNNL
  import Tensors

  /// The primitive that reorders one layout to another; empty if the two are the same.
  struct ReorderPrimitive {
    private let descriptor: PrimitiveDescriptor?
    let source: MemoryDescriptor
    let destination: MemoryDescriptor

    init(_ engine: Engine, from source: MemoryDescriptor, to destination: MemoryDescriptor) throws {
      self.source = source
      self.destination = destination
      descriptor =
        source.isEqual(to: destination)
        ? nil
        : try PrimitiveDescriptor("a reorder") {
          onednn_reorder(&$0, engine.engine, source.handle, destination.handle, engine.attributes)
        }
    }

    /// Whether anything has to be reordered.
    var isNeeded: Bool { descriptor != nil }

    /// Bytes of memory for the result; 0 if no reorder is needed.
    var byteCount: Int { isNeeded ? destination.byteCount : 0 }

    /// Bytes of scratch memory while it runs.
    var scratchByteCount: Int { descriptor?.scratchByteCount ?? 0 }

    /// The reorder between two addresses, ready to run; nil if none is needed.
    ///
    /// Addresses that are nil must be set before it runs.
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

  /// A reorder that is run many times, with the time that it has taken.
  final class TimedReorder {
    private let primitive: Primitive
    private let argument: Int32
    private let byteCount: Int
    private var elapsed = Duration.zero

    init(_ primitive: Primitive, argument: Int32, byteCount: Int) {
      self.primitive = primitive
      self.argument = argument
      self.byteCount = byteCount
    }

    func run() throws {
      let start = ContinuousClock.now
      try primitive.run()
      elapsed += start.duration(to: .now)
    }

    /// Its record so far, for display.
    func record(pass: String, isRepacking: Bool) -> ReorderRecord {
      ReorderRecord(
        tensor: tensor, pass: pass, byteCount: byteCount, isRepacking: isRepacking, elapsed: elapsed)
    }

    private var tensor: String {
      switch argument {
      case DNNL_ARG_SRC: "input"
      case DNNL_ARG_DST: "output"
      case DNNL_ARG_WEIGHTS: "weight"
      case DNNL_ARG_DIFF_SRC: "input gradient"
      case DNNL_ARG_DIFF_DST: "output gradient"
      case DNNL_ARG_DIFF_WEIGHTS: "weight gradient"
      default: "bias"
      }
    }
  }

  /// A reorder between tensors at any addresses: a reorder primitive, or a copy of the bytes if the layouts are the
  /// same.
  final class PreparedReorder: Reorder {
    private let byteCount: Int
    private let scratch: AlignedBuffer
    private let primitive: Primitive?

    init(_ engine: Engine, from source: MemoryDescriptor, to destination: MemoryDescriptor) throws {
      let reorderPrimitive = try ReorderPrimitive(engine, from: source, to: destination)
      byteCount = source.byteCount
      scratch = try AlignedBuffer(byteCount: reorderPrimitive.scratchByteCount)
      primitive = try reorderPrimitive.primitive(engine, from: nil, to: nil, scratch: scratch.baseAddress)
    }

    func run(_ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) throws {
      guard let primitive else { return destination.copyMemory(from: source, byteCount: byteCount) }
      try primitive.move(0, to: UnsafeMutableRawPointer(mutating: source))
      try primitive.move(1, to: destination)
      try primitive.run()
    }
  }
#endif
