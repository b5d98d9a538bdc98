#if DNNL
  import Backends
  import CDNNL
  import Tensors

  /// A primitive together with the copies between the layouts that the network has and those that it wants.
  ///
  /// In NiN nothing is copied but the weights of the input gradient, once after each update; the bridge is there
  /// for geometries whose fast implementation wants another layout than the neighbours.
  final class BridgedPrimitive {
    /// One tensor of the primitive.
    struct Port {
      /// How the tensor is used.
      enum Role {
        case input, output
        /// An input that changes only with the parameters; a copy in another layout is kept.
        case parameter
      }

      let argument: Int32
      /// Which of the primitive's layouts is the tensor's; nil where the primitive takes the network's.
      let query: dnnl_query_t?
      let role: Role
      /// The layout that the network has.
      let descriptor: MemoryDescriptor
    }

    let descriptor: PrimitiveDescriptor
    private let engine: Engine
    private let ports: [(port: Port, wanted: MemoryDescriptor, reordering: Reordering)]
    private var beforehand: [TimedCopy] = []
    private var primitive: Primitive?
    private var afterwards: [TimedCopy] = []
    private var repacking: [TimedCopy] = []

    init(_ descriptor: PrimitiveDescriptor, _ engine: Engine, _ ports: [Port]) throws {
      self.descriptor = descriptor
      self.engine = engine
      self.ports = try ports.map { port in
        let wanted = try port.query.map(descriptor.memory) ?? port.descriptor
        let isOutput = port.role == .output
        let reordering = try Reordering(
          engine, from: isOutput ? wanted : port.descriptor, to: isOutput ? port.descriptor : wanted)
        return (port, wanted, reordering)
      }
    }

    /// Bytes of scratch memory while it runs, copies included.
    var scratchByteCount: Int {
      let primitives = [descriptor.scratchByteCount] + ports.map(\.reordering.scratchByteCount)
      return AlignedBuffer.rounded(primitives.max() ?? 0)
        + copies.reduce(0) { $0 + AlignedBuffer.rounded($1.wanted.byteCount) }
    }

    /// Bytes of the packed parameters.
    var packedByteCount: Int {
      ports.filter { $0.port.role == .parameter }
        .reduce(0) { $0 + AlignedBuffer.rounded($1.reordering.byteCount) }
    }

    /// The implementation's name, and how many tensors are copied in every run, if any.
    var implementation: String {
      copies.isEmpty ? descriptor.implementation : "\(descriptor.implementation) + \(copies.count) reorders"
    }

    /// The copies around the primitive, with the name of its pass.
    func conversions(pass: String) -> [LayoutConversion] {
      (beforehand + afterwards).map { $0.conversion(pass: pass, isRepacking: false) }
        + repacking.map { $0.conversion(pass: pass, isRepacking: true) }
    }

    private var copies: [(port: Port, wanted: MemoryDescriptor, reordering: Reordering)] {
      ports.filter { $0.port.role != .parameter && $0.reordering.isNeeded }
    }

    /// Ties the primitive to its memory.
    ///
    /// - Parameters:
    ///   - places: Where the tensors lie, in the order of the ports.
    ///   - scratch: As much memory as ``scratchByteCount``.
    ///   - packed: As much memory as ``packedByteCount``, for this primitive alone.
    /// - Throws: `BackendError` if oneDNN refuses.
    func bind(
      _ places: [UnsafeMutableRawPointer], scratch: UnsafeMutableRawPointer, packed: UnsafeMutableRawPointer
    ) throws {
      let shared = ([descriptor.scratchByteCount] + ports.map(\.reordering.scratchByteCount)).max() ?? 0
      var packed = packed
      var free = scratch + AlignedBuffer.rounded(shared)
      var tensors: [(Int32, MemoryDescriptor, UnsafeMutableRawPointer)] = []
      for ((port, wanted, reordering), place) in zip(ports, places) {
        guard reordering.isNeeded else {
          tensors.append((port.argument, wanted, place))
          continue
        }
        let copy: UnsafeMutableRawPointer
        if port.role == .parameter {
          copy = packed
          packed += AlignedBuffer.rounded(wanted.byteCount)
        } else {
          copy = free
          free += AlignedBuffer.rounded(wanted.byteCount)
        }
        let isOutput = port.role == .output
        let reorder = try reordering.primitive(
          engine, from: isOutput ? copy : place, to: isOutput ? place : copy, scratch: scratch
        ).map { TimedCopy($0, argument: port.argument, byteCount: wanted.byteCount) }
        switch port.role {
        case .input: beforehand += reorder.map { [$0] } ?? []
        case .output: afterwards += reorder.map { [$0] } ?? []
        case .parameter: repacking += reorder.map { [$0] } ?? []
        }
        tensors.append((port.argument, wanted, copy))
      }
      primitive = try Primitive(descriptor, engine, scratch: scratch, tensors)
    }

    /// Copies the parameters anew into the layout that the primitive wants.
    func repack() throws {
      for reorder in repacking { try reorder.run() }
    }

    /// Runs the primitive and the copies around it.
    func run() throws {
      for reorder in beforehand { try reorder.run() }
      try primitive?.run()
      for reorder in afterwards { try reorder.run() }
    }
  }
#endif
