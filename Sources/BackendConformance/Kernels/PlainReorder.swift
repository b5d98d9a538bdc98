import Backends
import Tensors

/// Reorders plain numbers into a backend's layouts and back, through the backend's own reorder.
struct PlainReorder {
  let backend: any Backend
  let precision: Precision

  /// The type of plain tensors at the edges: float32, or float64 in that precision.
  private var edgeType: ElementType { precision.parameterType }

  func write(_ tensor: Tensor<Double>, to buffer: GuardedBuffer, _ layout: Layout) throws {
    let plain = Layout(plain: tensor.shape, edgeType)
    let edge = try GuardedBuffer(byteCount: plain.byteCount)
    for (index, element) in tensor.elements.enumerated() {
      if edgeType == .float64 {
        edge.address.storeBytes(of: element, toByteOffset: index * 8, as: Double.self)
      } else {
        edge.address.storeBytes(of: Float(element), toByteOffset: index * 4, as: Float.self)
      }
    }
    try backend.reorder(edge.address, plain, to: buffer.address, layout)
    withExtendedLifetime((edge, buffer)) {}
  }

  func read(_ buffer: GuardedBuffer, _ layout: Layout) throws -> Tensor<Double> {
    let plain = Layout(plain: layout.shape, edgeType)
    let edge = try GuardedBuffer(byteCount: plain.byteCount)
    try backend.reorder(buffer.address, layout, to: edge.address, plain)
    let elements = (0..<layout.shape.elementCount).map { index in
      edgeType == .float64
        ? edge.address.load(fromByteOffset: index * 8, as: Double.self)
        : Double(edge.address.load(fromByteOffset: index * 4, as: Float.self))
    }
    withExtendedLifetime((edge, buffer)) {}
    return Tensor(shape: layout.shape, elements: elements)
  }

  /// Whether all padding elements of the layout are zero.
  func paddingIsZero(_ buffer: GuardedBuffer, _ layout: Layout, _ tensor: Tensor<Double>) -> Bool {
    guard layout.storedCount > layout.shape.elementCount else { return true }
    let width = layout.elementType.byteCount
    let stored = buffer.contents
    let nonzeroStored = (0..<layout.storedCount).count { element in
      let bytes = stored[element * width..<(element + 1) * width]
      // The top bit of the last byte is the sign, which a zero may have.
      return bytes.dropLast().contains { $0 != 0 } || (bytes.last ?? 0) & 0x7F != 0
    }
    return nonzeroStored == tensor.elements.count { $0 != 0 }
  }
}
