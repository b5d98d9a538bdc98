import Tensors

/// A shape read as N images of C channels and H×W pixels.
public struct ImageExtents: Hashable, Sendable {
  /// N.
  public let batch: Int
  /// C.
  public let channels: Int
  /// H×W.
  public let plane: Extent2D

  /// Reads a shape.
  ///
  /// - Throws: ``GeometryError`` unless it is N×C×H×W with all four positive and countable.
  public init(_ shape: Shape) throws {
    guard shape.rank == 4, shape.extents.allSatisfy({ $0 > 0 }) else {
      throw GeometryError.unsuitableInput(
        shape, reason: "it needs images as N×C×H×W with no extent of 0, got \(shape)")
    }
    guard shape.extents.allSatisfy({ $0 <= 1 << 24 }), shape.isCountable else {
      throw GeometryError.tooLarge(reason: "an input of \(shape) is too large")
    }
    batch = shape[0]
    channels = shape[1]
    plane = Extent2D(shape[2], shape[3])
  }
}

extension Shape {
  /// Whether the number of elements stays below 2⁴⁰, so that bytes and operations can be counted in 64 bits.
  ///
  /// The same holds for the product of any of the extents, since an extent of 0 counts as 1 here. Negative extents
  /// cannot be counted.
  public var isCountable: Bool {
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: max(extent, 1))
      guard extent >= 0, !overflow, product < 1 << 40 else { return false }
      count = product
    }
    return true
  }
}
