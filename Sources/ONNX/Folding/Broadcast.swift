import Tensors

/// Two constants of the same type, broadcast to a common shape.
struct Broadcast {
  /// The elements of both, as many as the shape has.
  enum Operands {
    case integers([Int], [Int])
    case floats([Float], [Float])
  }

  let shape: Shape
  let operands: Operands

  /// Broadcasts two constants.
  ///
  /// - Parameters:
  ///   - left: The first one, decoded.
  ///   - right: The second one, decoded.
  ///   - other: A shape that the common one must fit too.
  ///   - graph: The graph, for its limits.
  /// - Throws: ``ONNXError`` if the shapes do not fit, or only one of them has integers.
  init(
    _ left: Constant, _ right: Constant, and other: Shape = [], _ graph: borrowing GraphEvaluator
  ) throws {
    let shapes = [left.shape, right.shape, other]
    guard let shape = left.shape.broadcast(with: right.shape)?.broadcast(with: other) else {
      let given = shapes.prefix(other.rank == 0 ? 2 : 3).map { "\($0)" }.joined(separator: " and ")
      throw ONNXError("its inputs of shapes \(given) cannot be broadcast")
    }
    try graph.requireRoom(for: shape)
    self.shape = shape
    switch (left, right) {
    case (.integers(let left), .integers(let right)):
      operands = .integers(
        left.shape.repeated(to: shape)(left).elements, right.shape.repeated(to: shape)(right).elements)
    case (.floats(let left), .floats(let right)):
      operands = .floats(
        left.shape.repeated(to: shape)(left).elements, right.shape.repeated(to: shape)(right).elements)
    default: throw ONNXError("one of its inputs has integers and the other floating-point numbers")
    }
  }
}
