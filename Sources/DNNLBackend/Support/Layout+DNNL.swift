#if DNNL
  import Backends
  import CDNNL
  import Tensors

  extension Layout {
    /// The layout that a descriptor describes, under a logical shape.
    ///
    /// A descriptor whose elements are row-major becomes the plain layout.
    init(_ shape: Shape, _ elementType: ElementType, _ descriptor: MemoryDescriptor) throws {
      let plain = try MemoryDescriptor.plain(descriptor.extents ?? shape.extents, elementType)
      self.init(
        shape: shape, elementType: elementType, byteCount: descriptor.byteCount,
        order: descriptor.isEqual(to: plain) ? nil : descriptor)
    }

    /// The descriptor of the layout.
    func descriptor() throws -> MemoryDescriptor {
      guard let order else { return try .plain(shape.extents, elementType) }
      guard let descriptor = order as? MemoryDescriptor else {
        throw BackendError.unsupportedLayout(reason: "\(order) is not a layout of oneDNN's")
      }
      return descriptor
    }
  }

  extension MemoryDescriptor: ChannelRunOrder {
    func layout(_ shape: Shape, _ elementType: ElementType) throws -> Layout {
      guard let channelLanes else {
        throw BackendError.unsupportedLayout(
          reason: "images \(description) have an order of elements that only oneDNN can read")
      }
      return try Layout(shape, elementType, .images(shape.extents, elementType, lanes: channelLanes))
    }

    /// The extents, if they are known.
    var extents: [Int]? {
      blocking.map { blocking in
        withUnsafeBytes(of: blocking.dims) {
          $0.bindMemory(to: Int64.self).prefix(Int(blocking.ndims)).map(Int.init)
        }
      }
    }

    /// The length of the runs of channels in which N×C×H×W images are stored; nil if they are stored in another way.
    var channelLanes: Int? {
      guard let blocking, blocking.ndims == 4 else { return nil }
      let extents = withUnsafeBytes(of: blocking.dims) {
        $0.bindMemory(to: Int64.self).prefix(4).map(Int.init)
      }
      let strides = withUnsafeBytes(of: blocking.strides) {
        $0.bindMemory(to: Int64.self).prefix(4).map(Int.init)
      }
      let lanes: Int
      switch blocking.inner_count {
      case 0: lanes = strides[1] == 1 && extents[1] > 1 ? extents[1] : 1
      case 1 where blocking.inner_axes.0 == 1: lanes = Int(blocking.inner_blocks.0)
      default: return nil
      }
      let blocks = (extents[1] + lanes - 1) / lanes
      let plane = extents[2] * extents[3] * lanes
      // An axis of extent 1 may have any stride.
      let expected = [blocks * plane, plane, extents[3] * lanes, lanes]
      let counts = [extents[0], blocks, extents[2], extents[3]]
      for axis in 0..<4 where counts[axis] > 1 && strides[axis] != expected[axis] { return nil }
      return lanes
    }

    var description: String {
      guard let blocking else { return "opaque" }
      if let channelLanes {
        return channelLanes == extents?[1] ? "nhwc" : channelLanes == 1 ? "nchw" : "nChw\(channelLanes)c"
      }
      let blocks = withUnsafeBytes(of: blocking.inner_blocks) {
        $0.bindMemory(to: Int64.self).prefix(Int(blocking.inner_count)).map(String.init)
      }
      return "blocked by " + (blocks.isEmpty ? "1" : blocks.joined(separator: "·"))
    }
  }
#endif
