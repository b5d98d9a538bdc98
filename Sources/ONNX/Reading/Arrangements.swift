import Layers
import Tensors

func readIdentity(
  _ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  value
}

/// A cast to another floating-point type does nothing: the network computes in its own precision.
func readCast(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  _ = try node.attributes.integer("saturate")
  _ = try node.attributes.text("round_mode")
  if node.operatorName == "CastLike" {
    _ = try graph.floats(try node.input(1, "target_type"))
    return value
  }
  let type = try node.attributes.integer("to") ?? 0
  guard DataType.floatingPoint.contains(where: { Int($0.rawValue) == type }) else {
    throw ONNXError(
      "it casts to \(DataType.name(Int32(clamping: type))); only floating-point types are supported")
  }
  return value
}

func readTranspose(
  _ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  let order = try node.permutation(rank: value.view.axes.count)
  return value.arranged(value.view.permuted(order), by: node)
}

/// `Reshape`, `Squeeze`, `Unsqueeze`.
func readReshape(
  _ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  try value.reshaped(to: node.reshaped(value.view.shape, graph), by: node)
}

/// A reshape in which the batch must remain a separate axis.
func readFlatten(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue
{
  let before = value.view.shape
  let flat = try readReshape(&node, value, &graph)
  guard flat.view.axes[0] == graph.chain.batchAxis else {
    throw ONNXError(
      "attribute 'axis' reshapes \(before) to \(flat.view.shape), which mixes the batch with other axes; only 1, which keeps "
        + "the batch, is supported")
  }
  guard graph.chain.shape.rank <= 2, flat.view == View(graph.chain.shape), flat.sum == nil else {
    return flat
  }
  return try graph.chain.appendElementwise(Step(layer: Flatten()), to: flat, name: node.name)
}

/// A broadcast that keeps the shape.
func readExpand(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  let before = value.view.shape.extents
  let asked = try graph.integers(try node.input(1, "shape"))
  let isSame =
    asked.count <= before.count && zip(asked.reversed(), before.reversed()).allSatisfy { $0 == 1 || $0 == $1 }
  guard isSame else {
    throw ONNXError("it repeats \(value.view.shape) to \(Shape(asked)), which is not supported")
  }
  return value
}

/// A concatenation of one value, which does nothing.
func readConcat(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  _ = try node.attributes.integer("axis")
  guard node.inputs.count == 1 else {
    throw ONNXError("it joins \(value.view.shape) with constants, which is not supported")
  }
  return value
}

/// A split into one part, which does nothing.
func readSplit(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  guard node.outputs.count == 1 else {
    throw ONNXError(
      "it splits \(value.view.shape) into \(counted(node.outputs.count, "part")), which is not supported")
  }
  for name in ["axis", "num_outputs"] { _ = try node.attributes.integer(name) }
  _ = try node.attributes.integers("split")
  _ = node.optionalInput(1)
  return value
}

/// A repetition of each axis once, which does nothing.
func readTile(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  let repeats = try graph.integers(try node.input(1, "repeats"))
  guard repeats == value.view.axes.map({ _ in 1 }) else {
    throw ONNXError("it repeats \(value.view.shape) \(repeats) times, which is not supported")
  }
  return value
}

/// All elements along an axis, in order: the axis takes the shape of the indices, and is dropped if that is a scalar.
func readGather(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  let shape = value.view.shape
  let indices = try graph.constant(try node.input(1, "indices")).integers(node.inputs[1])
  let axis = try node.axis(default: 0, rank: shape.rank)
  let extent = axis < shape.rank ? shape[axis] : 0
  guard indices.elements.count == extent,
    indices.elements.enumerated().allSatisfy({ $1 == $0 || $1 == $0 - extent })
  else {
    throw ONNXError(
      "it takes part of axis \(axis) of \(shape), or changes the order; only all elements in their order are supported"
    )
  }
  guard shape.rank + indices.shape.rank <= StoredTensor.maximumRank else {
    throw ONNXError("its output has more than \(StoredTensor.maximumRank) axes")
  }
  var extents = shape.extents
  extents.replaceSubrange(axis...axis, with: indices.shape.extents)
  return try value.reshaped(to: Shape(extents), by: node)
}

/// A slice of all elements along each axis, in order, does nothing.
func readSlice(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  let shape = value.view.shape
  for (axis, slice) in try node.slices(of: shape, graph) {
    guard slice.count == shape[axis], slice.step == 1 || slice.count == 1 else {
      throw ONNXError("it takes part of axis \(axis) of \(shape), which is not supported")
    }
  }
  return value
}

extension ImageValue {
  /// The value as rearranged by a node.
  fileprivate func arranged(_ view: View, by node: Node) -> ImageValue {
    var value = self
    value.view = view
    value.origin = Origin(name: node.name, label: node.label)
    return value
  }

  /// The value as reshaped by a node.
  ///
  /// - Throws: ``ONNXError`` if an axis would mix others.
  fileprivate func reshaped(to shape: Shape, by node: Node) throws -> ImageValue {
    guard let view = view.reshaped(to: shape) else {
      throw ONNXError(
        "it reshapes \(view.shape) to \(shape) after a transposition, which mixes axes and is not supported")
    }
    return arranged(view, by: node)
  }
}
