import Tensors

/// Parts along an axis: of the given extents, or one of equal extent for each output.
func foldSplit(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> [Constant] {
  let input = try node.constant(0, "input", graph)
  let axis = try node.existingAxis(rank: input.shape.rank)
  let strides = input.shape.strides
  var start = 0
  return try node.partExtents(of: input.shape[axis], graph).map { extent in
    var extents = input.shape.extents
    extents[axis] = extent
    try graph.requireRoom(for: Shape(extents))
    defer { start += extent }
    return input.rearranged(
      Rearrangement(shape: Shape(extents), strides: strides, offset: start * strides[axis]))
  }
}

extension Node {
  /// The extents of the outputs of a `Split`, along the axis that is split.
  fileprivate mutating func partExtents(
    of extent: Int, _ graph: borrowing GraphEvaluator
  ) throws -> [Int] {
    var given: [Int]?
    if graph.opset < 13 {
      given = try attributes.integers("split")
    } else if let name = optionalInput(1) {
      given = try graph.integers(name)
    }
    let count = outputs.count
    let asked = try attributes.integer("num_outputs")
    // Since opset 18, which added the attribute, the last part may be smaller.
    let extents = given ?? Self.evenExtents(of: extent, count: count, isUneven: asked != nil)
    // Subtraction cannot overflow, unlike a sum.
    let rest = extents.reduce(extent) { rest, part in
      rest < 0 || part < 0 ? -1 : rest - part
    }
    guard extents.count == count, (asked ?? count) == count, rest == 0 else {
      throw ONNXError(
        "its parts \(extents) do not fit its \(counted(count, "output")) and an axis of \(extent)")
    }
    return extents
  }

  private static func evenExtents(of extent: Int, count: Int, isUneven: Bool) -> [Int] {
    let part = isUneven ? (extent - 1) / count + 1 : extent / count
    let last = isUneven ? extent - part * (count - 1) : part
    return Array(repeating: part, count: count - 1) + [last]
  }
}
