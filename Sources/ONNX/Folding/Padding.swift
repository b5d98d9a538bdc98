import Tensors

/// Surrounds a tensor with a number.
func foldPad(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let input = try node.constant(0, "data", graph)
  let (pads, number) = try node.pads(of: input.shape, graph)
  let rank = input.shape.rank
  let shape = Shape(input.shape.extents.enumerated().map { $1 + pads[$0] + pads[rank + $0] })
  try graph.requireRoom(for: shape)
  let inside = Rearrangement(
    shape: input.shape, strides: shape.strides,
    offset: zip(pads, shape.strides).reduce(0) { $0 + $1.0 * $1.1 })
  switch input {
  case .integers(let tensor):
    let number = try number?.integers("constant_value").elements.first
    return .integers(tensor.placed(at: inside, in: shape, filledWith: number ?? 0))
  case .floats(let tensor):
    let number = try number?.floats("constant_value").elements.first
    return .floats(tensor.placed(at: inside, in: shape, filledWith: number ?? 0))
  case .stored: return input
  }
}

extension Node {
  /// The padding that a `Pad` adds: before each axis, then after each, and the number, 0 by default.
  ///
  /// - Parameters:
  ///   - shape: The input's shape.
  ///   - graph: The graph, for its constants.
  /// - Returns: The padding, without negative numbers, and the number.
  /// - Throws: ``ONNXError`` if they do not fit the shape, or it pads with anything but one number.
  mutating func pads(
    of shape: Shape, _ graph: borrowing GraphEvaluator
  ) throws -> (pads: [Int], number: Constant?) {
    let mode = try attributes.text("mode") ?? "constant"
    var number: Constant?
    var pads: [Int]
    if graph.opset < 11 {
      number = try attributes.number("value").map { .floats(Tensor(shape: [], elements: [$0])) }
      pads = try attributes.integers("pads") ?? []
    } else {
      pads = try graph.integers(try input(1, "pads"))
      number = try optionalInput(2).map { try graph.constant($0).decoded() }
    }
    guard number?.shape.elementCount ?? 1 == 1 else {
      throw ONNXError("it pads with several numbers, of shape \(number?.shape ?? [])")
    }
    if graph.opset >= 18, let axes = try axes(input: 3, since: 18, rank: shape.rank, graph) {
      guard pads.count == 2 * axes.count else {
        throw ONNXError("it has \(counted(pads.count, "pad")), but the axes \(axes) need \(2 * axes.count)")
      }
      var all = [Int](repeating: 0, count: 2 * shape.rank)
      for (index, axis) in axes.enumerated() {
        all[axis] = pads[index]
        all[shape.rank + axis] = pads[axes.count + index]
      }
      pads = all
    }
    guard pads.count == 2 * shape.rank else {
      throw ONNXError("it has \(counted(pads.count, "pad")), but \(shape) needs \(2 * shape.rank)")
    }
    guard mode == "constant" || pads.allSatisfy({ $0 == 0 }) else {
      throw ONNXError("attribute 'mode' is \(mode.quoted); only \"constant\" is supported")
    }
    guard pads.allSatisfy({ $0 >= 0 }) else {
      throw ONNXError("its pads are \(pads); negative ones, which crop, are not supported")
    }
    guard pads.allSatisfy({ $0 <= 1 << 24 }) else {
      throw ONNXError("its pads are \(pads); each can be at most \(1 << 24)")
    }
    return (pads, number)
  }
}

extension Tensor {
  /// A larger tensor with these elements at some indices, and a number at all others.
  fileprivate func placed(at places: Rearrangement, in shape: Shape, filledWith number: Scalar) -> Tensor {
    let positions = places(Tensor<Int>(shape: shape, elements: Array(0..<shape.elementCount))).elements
    var elements = [Scalar](repeating: number, count: shape.elementCount)
    for (position, element) in zip(positions, self.elements) { elements[position] = element }
    return Tensor(shape: shape, elements: elements)
  }
}
