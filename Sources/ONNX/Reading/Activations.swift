import Layers
import Tensors

func readRelu(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  try graph.chain.appendElementwise(Step(layer: ReLU()), to: value, name: node.name)
}

func readSigmoid(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue
{
  try graph.chain.appendElementwise(Step(layer: Sigmoid()), to: value, name: node.name)
}

/// A ReLU, if the bounds are 0 and none.
func readClip(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  var (lower, upper) = (-Float.infinity, Float.infinity)
  if graph.opset < 11 {
    lower = try node.attributes.number("min") ?? lower
    upper = try node.attributes.number("max") ?? upper
  } else {
    if let name = node.optionalInput(1) { lower = try graph.scalar(name) }
    if let name = node.optionalInput(2) { upper = try graph.scalar(name) }
  }
  guard lower == 0, upper >= .greatestFiniteMagnitude else {
    let name = lower == 0 && upper == 6 ? ", which is ReLU6" : ""
    throw ONNXError(
      "it clips to \(lower)…\(upper)\(name); only a minimum of 0 without a maximum, which is ReLU, is supported"
    )
  }
  return try readRelu(&node, value, &graph)
}

/// A ReLU, if the other number is 0.
func readMax(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  let other = try graph.floats(try node.input(1, "B"))
  guard other.elements.allSatisfy({ $0 == 0 }), other.shape.elementCount == 1 else {
    throw ONNXError(
      "it takes the larger of two numbers; only of each number and 0, which is ReLU, is supported")
  }
  return try readRelu(&node, value, &graph)
}

/// Up to opset 12 all axes from `axis` on are normalised over together, and the default is 1; since then the axis
/// alone, and the default is the last.
func readSoftmax(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue
{
  let shape = value.view.shape
  let joinsAxes = graph.opset < 13
  let axis = try node.axis(default: joinsAxes ? 1 : -1, rank: shape.rank)
  guard axis > 0 else {
    throw ONNXError("attribute 'axis' is 0; normalising over the batch is not supported")
  }
  guard axis < shape.rank, !joinsAxes || shape.extents.dropFirst(axis + 1).allSatisfy({ $0 == 1 }) else {
    throw ONNXError(
      "in opset \(graph.opset), an 'axis' of \(axis) normalises \(shape) over several axes together, which is not supported"
    )
  }
  try graph.chain.settle(value)
  let chain = View(graph.chain.shape)
  let place =
    value.view == chain
    ? axis : chain.axes.indices.dropFirst().first { chain.axes[$0] == value.view.axes[axis] }
  guard let place else { throw graph.chain.unreadable(value, "a softmax over one axis of it is needed") }
  return try graph.chain.appendElementwise(Step(layer: Softmax(axis: place)), to: value, name: node.name)
}
