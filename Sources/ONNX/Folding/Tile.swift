import Tensors

/// Repeats a tensor along each axis.
func foldTile(_ node: inout Node, _ graph: borrowing GraphEvaluator) throws -> Constant {
  let input = try node.constant(0, "input", graph)
  let repeats = try graph.integers(try node.input(1, "repeats"))
  let extents = input.shape.extents
  let products = zip(extents, repeats).map { $0.multipliedReportingOverflow(by: $1) }
  guard repeats.count == extents.count, repeats.allSatisfy({ $0 >= 0 }),
    !products.contains(where: \.overflow)
  else { throw ONNXError("its repeats \(repeats) do not fit \(input.shape), or are too large") }
  let shape = Shape(products.map(\.partialValue))
  try graph.requireRoom(for: shape)
  // Without elements, the repeats may be of any size.
  guard shape.elementCount > 0 else {
    return input.rearranged(Rearrangement(shape: shape, strides: extents.map { _ in 0 }))
  }
  // Each axis becomes two, of which the outer one repeats the inner one.
  let repeated = Rearrangement(
    shape: Shape(zip(repeats, extents).flatMap { [$0, $1] }),
    strides: input.shape.strides.flatMap { [0, $0] })
  return input.rearranged(repeated).reshaped(to: shape)
}
