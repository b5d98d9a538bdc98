import Tensors

func foldShape(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  try Operators.shape(&node, of: graph.constant(try node.input(0, "data")).decoded().shape)
}

/// `Reshape`, `Squeeze`, `Unsqueeze` and `Flatten`: the same elements in another shape.
func foldReshape(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let input = try node.constant(0, "data", graph)
  return input.reshaped(to: try node.reshaped(input.shape, graph))
}

func foldTranspose(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let input = try node.constant(0, "data", graph)
  let order = try node.permutation(rank: input.shape.rank)
  let strides = input.shape.strides
  return input.rearranged(
    Rearrangement(shape: Shape(order.map { input.shape[$0] }), strides: order.map { strides[$0] }))
}

/// Repeats axes of extent 1.
func foldExpand(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let input = try node.constant(0, "input", graph)
  let asked = try Shape(nonNegative: try graph.integers(try node.input(1, "shape")))
  guard let shape = input.shape.broadcast(with: asked) else {
    throw ONNXError("its input of \(input.shape) cannot be repeated to \(asked)")
  }
  try graph.requireRoom(for: shape)
  return input.rearranged(input.shape.repeated(to: shape))
}

extension Node {
  /// The order of axes in a `Transpose`; by default the reverse.
  mutating func permutation(rank: Int) throws -> [Int] {
    let order = try attributes.integers("perm") ?? (0..<rank).reversed()
    guard order.sorted() == Array(0..<rank) else {
      throw ONNXError("attribute 'perm' is \(order), which does not list each of \(rank) axes once")
    }
    return order
  }

  /// The output's shape of a `Reshape`, `Squeeze`, `Unsqueeze` or `Flatten`.
  ///
  /// - Parameters:
  ///   - shape: The input's shape.
  ///   - graph: The graph, for its constants.
  /// - Returns: The output's shape.
  /// - Throws: ``ONNXError`` unless both have the same number of elements.
  mutating func reshaped(_ shape: Shape, _ graph: borrowing GraphEvaluator) throws -> Shape {
    switch operatorName {
    case "Squeeze": return try squeezed(shape, graph)
    case "Unsqueeze": return try unsqueezed(shape, graph)
    case "Flatten":
      let axis = try axis(default: 1, rank: shape.rank)
      let rows = shape.extents[..<axis].reduce(1, *)
      return [rows, shape.extents[axis...].reduce(1, *)]
    default: return try target(try graph.integers(try input(1, "shape")), for: shape)
    }
  }

  private mutating func squeezed(_ shape: Shape, _ graph: borrowing GraphEvaluator) throws -> Shape {
    guard let axes = try axes(input: 1, since: 13, rank: shape.rank, graph) else {
      return Shape(shape.extents.filter { $0 != 1 })
    }
    if let axis = axes.first(where: { shape[$0] != 1 }) {
      throw ONNXError("it drops axis \(axis) of \(shape), which has more than one element")
    }
    return Shape(shape.extents.indices.filter { !axes.contains($0) }.map { shape[$0] })
  }

  private mutating func unsqueezed(_ shape: Shape, _ graph: borrowing GraphEvaluator) throws -> Shape {
    let count =
      graph.opset < 13
      ? attributes.count(of: "axes") : try optionalInput(1).map { try graph.integers($0).count } ?? 0
    guard shape.rank + count <= StoredTensor.maximumRank,
      let axes = try axes(input: 1, since: 13, rank: shape.rank + count, graph)
    else {
      throw ONNXError(
        "its axes are missing, or its output has more than \(StoredTensor.maximumRank) axes")
    }
    var extents = shape.extents[...]
    return Shape((0..<shape.rank + count).map { axes.contains($0) ? 1 : extents.removeFirst() })
  }

  /// Resolves a target shape: 0 stands for the input's extent at the same index, unless `allowzero` is 1, and −1 for
  /// the rest.
  private mutating func target(_ asked: [Int], for shape: Shape) throws -> Shape {
    let allowsZero = try attributes.flag("allowzero")
    guard asked.count <= 64, asked.allSatisfy({ $0 >= -1 }), asked.filter({ $0 == -1 }).count <= 1 else {
      throw ONNXError("\(asked) is not a valid shape")
    }
    var extents = try asked.enumerated().map { axis, extent in
      guard extent == 0, !allowsZero else { return extent }
      guard axis < shape.rank else { throw ONNXError("its shape is \(asked), but the input's is \(shape)") }
      return shape[axis]
    }
    if let open = extents.firstIndex(of: -1) {
      extents[open] = 1
      let known = Shape(extents)
      guard known.isCountable, known.elementCount > 0, shape.elementCount % known.elementCount == 0 else {
        throw ONNXError("its shape is \(asked), which does not fit the input of \(shape)")
      }
      extents[open] = shape.elementCount / known.elementCount
    }
    let result = Shape(extents)
    guard result.isCountable, result.elementCount == shape.elementCount else {
      throw ONNXError("its shape is \(asked), which does not fit the input of \(shape)")
    }
    return result
  }
}
