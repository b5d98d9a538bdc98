import Tensors

/// The sizes of one softmax along one axis of a tensor of any rank, checked once.
///
/// The element i of slice (o, j) is at `(o · count + i) · inner + j`.
public struct SoftmaxGeometry: Hashable, Sendable {
  /// The shape of the input and the output.
  public let shape: Shape
  /// The axis whose elements become positive and sum to 1.
  public let axis: Int

  /// Checks the axis.
  ///
  /// - Parameters:
  ///   - input: The shape, batch included.
  ///   - axis: The axis, counted from the outermost.
  /// - Throws: ``GeometryError`` if the axis is out of range, it is the batch's, or the tensor is empty.
  public init(input: Shape, axis: Int) throws {
    guard input.rank >= 2, (1..<input.rank).contains(axis) else {
      throw GeometryError.unsuitableInput(
        input, reason: "\(input) has no axis \(axis) to normalize over; the batch, axis 0, does not count")
    }
    guard input.extents.allSatisfy({ $0 > 0 }), input.isCountable else {
      throw GeometryError.unsuitableInput(input, reason: "an input of \(input) is empty or too large")
    }
    shape = input
    self.axis = axis
  }

  /// Elements along the axis.
  public var count: Int { shape[axis] }

  /// Positions along the axes before it.
  public var outer: Int { shape.extents[..<axis].reduce(1, *) }

  /// Positions along the axes after it.
  public var inner: Int { shape.extents[(axis + 1)...].reduce(1, *) }
}
