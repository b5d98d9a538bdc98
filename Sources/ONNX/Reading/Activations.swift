import Layers
import Tensors

func readRelu(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  try graph.chain.appendElementwise(Step(layer: ReLU()), to: value, name: node.name)
}

func readSigmoid(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue
{
  try graph.chain.appendElementwise(Step(layer: Sigmoid()), to: value, name: node.name)
}

/// A ReLU, if the minimum is 0 and there is no maximum; the identity without bounds.
func readClip(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  var (lower, upper) = (-Float.infinity, Float.infinity)
  if graph.opset < 11 {
    lower = try node.attributes.number("min") ?? lower
    upper = try node.attributes.number("max") ?? upper
  } else {
    if let name = node.optionalInput(1) { lower = try graph.scalar(name) }
    if let name = node.optionalInput(2) { upper = try graph.scalar(name) }
  }
  if lower <= -.greatestFiniteMagnitude, upper >= .greatestFiniteMagnitude { return value }
  guard lower == 0, upper >= .greatestFiniteMagnitude else {
    let name = lower == 0 && upper == 6 ? ", which is ReLU6" : ""
    throw ONNXError(
      "it clips to \(lower)…\(upper)\(name); only a minimum of 0 without a maximum, which is ReLU, is supported"
    )
  }
  return try readRelu(&node, value, &graph)
}

/// A ReLU, if the largest of the other operands is 0; the identity without another operand, or with −∞.
func readMax(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  guard node.inputs.count > 1 else { return value }
  let other = try node.operands(from: 1, .largest, graph).floats(node.inputs[1])
  let shape = value.view.shape
  let fits = other.shape.broadcast(with: shape) == shape
  if fits, other.elements.allSatisfy({ $0 <= -.greatestFiniteMagnitude }) { return value }
  guard fits, other.elements.allSatisfy({ $0 == 0 }) else {
    throw ONNXError(
      "it takes the maximum of several values; only the maximum with 0, which is ReLU, is supported")
  }
  return try readRelu(&node, value, &graph)
}

/// The identity without another operand, or with ∞.
func readMin(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  guard node.inputs.count > 1 else { return value }
  let other = try node.operands(from: 1, .smallest, graph).floats(node.inputs[1])
  let shape = value.view.shape
  guard other.elements.allSatisfy({ $0 >= .greatestFiniteMagnitude }),
    other.shape.broadcast(with: shape) == shape
  else { throw ONNXError("it takes the minimum of several values, which is not supported") }
  return value
}

/// Up to opset 12 it normalizes over all axes from `axis` on together, 1 by default; since then over that axis alone,
/// the last one by default.
func readSoftmax(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue
{
  let shape = value.view.shape
  let joinsAxes = graph.opset < 13
  let axis = try node.axis(default: joinsAxes ? 1 : -1, rank: shape.rank)
  guard axis > 0 else {
    throw ONNXError("attribute 'axis' is 0; normalizing over the batch is not supported")
  }
  guard axis < shape.rank, !joinsAxes || shape.extents.dropFirst(axis + 1).allSatisfy({ $0 == 1 }) else {
    throw ONNXError(
      "in opset \(graph.opset), an 'axis' of \(axis) normalizes \(shape) over several axes together, which is not supported"
    )
  }
  try graph.chain.settle(value)
  let chain = View(graph.chain.shape)
  let layerAxis =
    value.view == chain
    ? axis : chain.axes.indices.dropFirst().first { chain.axes[$0] == value.view.axes[axis] }
  guard let layerAxis else { throw graph.chain.unreadable(value, "a softmax needs one axis of it") }
  return try graph.chain.appendElementwise(Step(layer: Softmax(axis: layerAxis)), to: value, name: node.name)
}
