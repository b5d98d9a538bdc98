#if DNNL
  import Backends
  import CDNNL
  import Tensors

  /// A primitive together with the reorders between the network's layouts and those it requires.
  ///
  /// In NiN only the weights of the input gradient are reordered, once after each update; the bridge serves geometries
  /// whose fast implementation requires another layout than its neighbors.
  final class BridgedPrimitive {
    /// One tensor of the primitive.
    struct Port {
      /// The use of the tensor.
      enum Role {
        case input, output
        /// An input that changes only with the parameters; a reordered copy is kept.
        case parameter
      }

      let argument: Int32
      /// The query for the primitive's layout of the tensor; nil if the primitive uses the network's layout.
      let query: dnnl_query_t?
      let role: Role
      /// The network's layout.
      let descriptor: MemoryDescriptor
    }

    let descriptor: PrimitiveDescriptor
    private let engine: Engine
    private let ports: [(port: Port, wanted: MemoryDescriptor, reorderPrimitive: ReorderPrimitive)]
    private var beforehand: [TimedReorder] = []
    private var primitive: Primitive?
    private var afterwards: [TimedReorder] = []
    private var repacking: [TimedReorder] = []

    init(_ descriptor: PrimitiveDescriptor, _ engine: Engine, _ ports: [Port]) throws {
      self.descriptor = descriptor
      self.engine = engine
      self.ports = try ports.map { port in
        let wanted = try port.query.map(descriptor.memory) ?? port.descriptor
        let isOutput = port.role == .output
        let reorderPrimitive = try ReorderPrimitive(
          engine, from: isOutput ? wanted : port.descriptor, to: isOutput ? port.descriptor : wanted)
        return (port, wanted, reorderPrimitive)
      }
    }

    /// Bytes of scratch memory while it runs, reorders included.
    var scratchByteCount: Int {
      sharedByteCount + reordered.reduce(0) { $0 + AlignedBuffer.rounded($1.wanted.byteCount) }
    }

    /// The bytes of these that the primitive and the reorders share.
    private var sharedByteCount: Int {
      let primitives = [descriptor.scratchByteCount] + ports.map(\.reorderPrimitive.scratchByteCount)
      return AlignedBuffer.rounded(primitives.max() ?? 0)
    }

    /// Bytes of the packed parameters.
    var packedByteCount: Int {
      ports.filter { $0.port.role == .parameter }
        .reduce(0) { $0 + AlignedBuffer.rounded($1.reorderPrimitive.byteCount) }
    }

    /// The implementation's name, and how many tensors are reordered in every run, if any.
    var implementation: String {
      reordered.isEmpty
        ? descriptor.implementation
        : "\(descriptor.implementation) + \(reordered.count) \(reordered.count == 1 ? "reorder" : "reorders")"
    }

    /// The reorders around the primitive, with the name of its pass.
    func reorders(pass: String) -> [ReorderRecord] {
      (beforehand + afterwards).map { $0.record(pass: pass, isRepacking: false) }
        + repacking.map { $0.record(pass: pass, isRepacking: true) }
    }

    private var reordered: [(port: Port, wanted: MemoryDescriptor, reorderPrimitive: ReorderPrimitive)] {
      ports.filter { $0.port.role != .parameter && $0.reorderPrimitive.isNeeded }
    }

    /// Binds the primitive to its memory.
    ///
    /// - Parameters:
    ///   - addresses: The addresses of the tensors, in the order of the ports.
    ///   - scratch: Memory of ``scratchByteCount`` bytes.
    ///   - packed: Memory of ``packedByteCount`` bytes, for this primitive alone.
    /// - Throws: `BackendError` if oneDNN fails.
    func bind(
      _ addresses: [UnsafeMutableRawPointer], scratch: UnsafeMutableRawPointer,
      packed: UnsafeMutableRawPointer
    ) throws {
      var packed = packed
      var free = scratch + sharedByteCount
      var tensors: [(Int32, MemoryDescriptor, UnsafeMutableRawPointer)] = []
      for ((port, wanted, reorderPrimitive), address) in zip(ports, addresses) {
        guard reorderPrimitive.isNeeded else {
          tensors.append((port.argument, wanted, address))
          continue
        }
        let byteCount = AlignedBuffer.rounded(wanted.byteCount)
        let buffer = port.role == .parameter ? packed : free
        if port.role == .parameter { packed += byteCount } else { free += byteCount }
        tensors.append((port.argument, wanted, buffer))
        let isOutput = port.role == .output
        let reorder = try reorderPrimitive.primitive(
          engine, from: isOutput ? buffer : address, to: isOutput ? address : buffer, scratch: scratch)
        guard let reorder else { continue }
        let timed = TimedReorder(reorder, argument: port.argument, byteCount: wanted.byteCount)
        switch port.role {
        case .input: beforehand.append(timed)
        case .output: afterwards.append(timed)
        case .parameter: repacking.append(timed)
        }
      }
      primitive = try Primitive(descriptor, engine, scratch: scratch, tensors)
    }

    /// Reorders the parameters again into the layout that the primitive requires.
    func repack() throws {
      for reorder in repacking { try reorder.run() }
    }

    /// Runs the primitive and the reorders around it.
    func run() throws {
      for reorder in beforehand { try reorder.run() }
      try primitive?.run()
      for reorder in afterwards { try reorder.run() }
    }
  }
#endif
