import Tensors

/// Concatenates tensors along an axis.
func foldConcat(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let parts = try node.inputs.indices.map { try node.constant($0, "inputs", graph) }
  guard let first = parts.first else { throw ONNXError("it has no input") }
  let axis = try node.existingAxis(rank: first.shape.rank)
  let others = { (shape: Shape) in
    shape.extents.enumerated().filter { $0.offset != axis }.map(\.element)
  }
  guard
    parts.allSatisfy({
      $0.shape.rank == first.shape.rank && others($0.shape) == others(first.shape)
    })
  else { throw ONNXError("its inputs have shapes that do not fit: \(parts.map(\.shape))") }
  var extents = first.shape.extents
  extents[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
  let shape = Shape(extents)
  try graph.requireRoom(for: shape)
  if case .integers = first {
    return .integers(
      joined(try parts.map { try $0.integers("an input") }, shape, rows: extents[..<axis].reduce(1, *)))
  }
  return .floats(
    joined(try parts.map { try $0.floats("an input") }, shape, rows: extents[..<axis].reduce(1, *)))
}

private func joined<Scalar>(_ parts: [Tensor<Scalar>], _ shape: Shape, rows: Int) -> Tensor<Scalar> {
  // If the rows are empty, there may be very many of them.
  guard shape.elementCount > 0 else { return Tensor(shape: shape, elements: []) }
  let elements = (0..<rows).flatMap { row in
    parts.flatMap { part in
      let size = part.elements.count / rows
      return part.elements[row * size..<(row + 1) * size]
    }
  }
  return Tensor(shape: shape, elements: elements)
}

/// The elements along an axis at some indices.
func foldGather(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let data = try node.constant(0, "data", graph)
  let indices = try graph.constant(try node.input(1, "indices")).integers(node.inputs[1])
  let axis = try node.existingAxis(rank: data.shape.rank)
  let count = data.shape[axis]
  guard indices.elements.allSatisfy({ (-count..<count).contains($0) }) else {
    throw ONNXError("its indices are outside the \(counted(count, "element")) of axis \(axis)")
  }
  let before = data.shape.extents[..<axis]
  let after = data.shape.extents[(axis + 1)...]
  let shape = Shape(before + indices.shape.extents + after)
  try graph.requireRoom(for: shape)
  let positions = indices.elements.map { $0 < 0 ? $0 + count : $0 }
  let size = after.reduce(1, *)
  let rows = before.reduce(1, *)
  let elements = (0..<(shape.elementCount > 0 ? rows : 0)).flatMap { row in
    positions.flatMap { position in (0..<size).map { (row * count + position) * size + $0 } }
  }
  switch data {
  case .floats(let tensor):
    return .floats(Tensor(shape: shape, elements: elements.map { tensor.elements[$0] }))
  case .integers(let tensor):
    return .integers(Tensor(shape: shape, elements: elements.map { tensor.elements[$0] }))
  case .stored: return data
  }
}

/// Every n-th element from a start to an end along some axes.
func foldSlice(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let data = try node.constant(0, "data", graph)
  var (extents, strides, offset) = (data.shape.extents, data.shape.strides, 0)
  for (axis, slice) in try node.slices(of: data.shape, graph) {
    offset += slice.start * strides[axis]
    extents[axis] = slice.count
    strides[axis] *= slice.step
  }
  try graph.requireRoom(for: Shape(extents))
  return data.rearranged(Rearrangement(shape: Shape(extents), strides: strides, offset: offset))
}

extension Node {
  /// The part of each axis that a `Slice` takes; negative starts and ends are counted from the end.
  mutating func slices(
    of shape: Shape, _ graph: borrowing GraphEvaluator
  ) throws -> [(axis: Int, slice: AxisSlice)] {
    let (starts, ends): ([Int], [Int])
    var steps: [Int]?
    if graph.opset < 10 {
      starts = try attributes.integers("starts") ?? []
      ends = try attributes.integers("ends") ?? []
    } else {
      starts = try graph.integers(try input(1, "starts"))
      ends = try graph.integers(try input(2, "ends"))
      if let name = optionalInput(4) { steps = try graph.integers(name) }
    }
    let axes = try axes(input: 3, since: 10, rank: shape.rank, graph) ?? Array(starts.indices)
    guard starts.count == axes.count, ends.count == axes.count, (steps ?? starts).count == axes.count,
      axes.allSatisfy({ $0 < shape.rank })
    else { throw ONNXError("its starts, ends, axes and steps do not fit \(shape)") }
    return try axes.enumerated().map { index, axis in
      let slice = try AxisSlice(
        extent: shape[axis], start: starts[index], end: ends[index], step: steps?[index] ?? 1)
      return (axis, slice)
    }
  }
}

/// The part that is taken of one axis.
struct AxisSlice {
  let start: Int
  let step: Int
  let count: Int

  init(extent: Int, start: Int, end: Int, step: Int) throws {
    guard step != 0 else { throw ONNXError("its step is 0") }
    // A step beyond the axis takes one element, like a step of the axis's extent.
    let step = min(max(step, -max(extent, 1)), max(extent, 1))
    let bounds = step > 0 ? 0...extent : -1...max(extent - 1, -1)
    let counted = { (position: Int) in
      min(max(position < 0 ? position + extent : position, bounds.lowerBound), bounds.upperBound)
    }
    let (first, last) = (counted(start), counted(end))
    let distance = step > 0 ? last - first : first - last
    count = distance > 0 ? (distance - 1) / abs(step) + 1 : 0
    self.start = count == 0 ? 0 : first
    self.step = step
  }
}

extension Node {
  /// The index of an existing axis, counted from the outermost.
  mutating func existingAxis(rank: Int) throws -> Int {
    let axis = try axis(default: 0, rank: rank)
    guard axis < rank else { throw ONNXError("attribute 'axis' is \(axis), but the input has \(rank) axes") }
    return axis
  }
}
