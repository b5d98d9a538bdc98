import Tensors

/// The way in which the elements of a tensor are stored in memory.
///
/// The shape is logical (N, C, H, W); only the backend that made the layout interprets the order of the elements.
/// Padding elements are always zero, so that sums over the raw memory are sums over the tensor.
public struct Layout: Sendable, Equatable, CustomStringConvertible {
  /// The logical extents.
  public let shape: Shape
  /// The type of the elements.
  public let elementType: ElementType
  /// Bytes in memory, padding included.
  public let byteCount: Int
  /// The order of the elements; nil if it is plain: row-major without padding.
  public let order: (any ElementOrder)?

  /// Creates the plain layout: row-major, without padding.
  public init(plain shape: Shape, _ elementType: ElementType) {
    self.init(
      shape: shape, elementType: elementType, byteCount: shape.elementCount * elementType.byteCount,
      order: nil)
  }

  /// Creates a layout in an order private to a backend.
  public init(shape: Shape, elementType: ElementType, byteCount: Int, order: (any ElementOrder)?) {
    self.shape = shape
    self.elementType = elementType
    self.byteCount = byteCount
    self.order = order
  }

  /// Whether the elements are row-major without padding.
  public var isPlain: Bool { order == nil }

  /// Elements in memory, padding included.
  public var storedCount: Int { byteCount / elementType.byteCount }

  /// Layouts are equal if they have the same shape, type and order.
  public static func == (left: Layout, right: Layout) -> Bool {
    guard left.shape == right.shape, left.elementType == right.elementType else { return false }
    switch (left.order, right.order) {
    case (nil, nil): return true
    case (let left?, let right?): return left.isEqual(to: right)
    default: return false
    }
  }

  /// Shape, element type and order in a few words.
  public var description: String {
    "\(shape) \(elementType.rawValue) \(order.map { "\($0)" } ?? "plain")"
  }
}

/// An order of elements that only its backend can read.
public protocol ElementOrder: Sendable, CustomStringConvertible {
  /// Whether the other order is the same.
  func isEqual(to other: any ElementOrder) -> Bool
}
