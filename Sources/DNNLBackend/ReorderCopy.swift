#if DNNL
  import Backends
  import CDNNL
  import Tensors

  /// A copy between tensors at any places: a reorder primitive, or a copy of the bytes where the layouts are the same.
  final class ReorderCopy: TensorCopy {
    private let byteCount: Int
    private let scratch: AlignedBuffer
    private let primitive: Primitive?

    init(_ engine: Engine, from source: MemoryDescriptor, to destination: MemoryDescriptor) throws {
      let reordering = try Reordering(engine, from: source, to: destination)
      byteCount = source.byteCount
      scratch = try AlignedBuffer(byteCount: reordering.scratchByteCount)
      primitive = try reordering.primitive(engine, from: nil, to: nil, scratch: scratch.baseAddress)
    }

    func run(_ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) throws {
      guard let primitive else { return destination.copyMemory(from: source, byteCount: byteCount) }
      try primitive.move(0, to: UnsafeMutableRawPointer(mutating: source))
      try primitive.move(1, to: destination)
      try primitive.run()
    }
  }
#endif
