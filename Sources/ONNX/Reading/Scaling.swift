import Layers
import Tensors

/// An addition, subtraction, multiplication or division by a constant: a scaling of each channel.
func readArithmetic(
  _ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  try combined(value, with: graph.floats(try node.input(1, "B")), &node, &graph)
}

private func combined(
  _ value: ImageValue, with constant: Tensor<Float>, _ node: inout Node, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  if graph.opset < 7 {
    guard try !node.attributes.flag("broadcast") || constant.elements.count == 1 else {
      throw ONNXError(
        "attribute 'broadcast' is 1; the broadcasting of opset 6 is only supported for single numbers")
    }
    _ = try node.attributes.integer("axis")
  }
  if let sum = value.sum { return try scale(sum, of: value, by: constant, node, &graph) }
  let (value, numbers) = try channelNumbers(constant, value, &graph.chain)
  let scaling = try ChannelScaling(node, numbers: numbers)
  return try graph.chain.scale(value, by: scaling, name: node.name)
}

/// A sum or mean of one value with any number of constants.
func readSum(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  guard node.inputs.count > 1 else { return value }
  let constants = try node.operands(from: 1, .sum, graph).floats(node.inputs[1])
  return try combined(value, with: constants, &node, &graph)
}

/// A multiplication by −1.
func readNeg(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  try graph.chain.requireWhole(value)
  let (value, numbers) = try channelNumbers(Tensor(shape: [], elements: [-1]), value, &graph.chain)
  let scaling = ChannelScaling(scale: numbers, shift: numbers.map { _ in 0 })
  return try graph.chain.scale(value, by: scaling, name: node.name)
}

extension ChannelScaling {
  /// - Parameters:
  ///   - node: The node, for its operator.
  ///   - numbers: The other operand, one number for each channel.
  /// - Throws: ``ONNXError`` for a division by 0.
  fileprivate init(_ node: Node, numbers: [Double]) throws {
    let (none, ones) = (numbers.map { _ in 0.0 }, numbers.map { _ in 1.0 })
    switch node.operatorName {
    case "Add", "Sum": self.init(scale: ones, shift: numbers)
    case "Mean":
      let count = Double(node.inputs.count)
      self.init(scale: ones.map { $0 / count }, shift: numbers.map { $0 / count })
    case "Mul": self.init(scale: numbers, shift: none)
    case "Sub" where node.isSwapped: self.init(scale: ones.map { -$0 }, shift: numbers)
    case "Sub": self.init(scale: ones, shift: numbers.map { -$0 })
    default:
      guard !numbers.contains(0) else { throw ONNXError("it divides by 0") }
      self.init(scale: numbers.map { 1 / $0 }, shift: none)
    }
  }
}

/// Scales a partial sum, which may become a mean over whole planes.
private func scale(
  _ sum: ImageValue.PartialSum, of value: ImageValue, by constant: Tensor<Float>, _ node: Node,
  _ graph: inout GraphEvaluator
) throws -> ImageValue {
  guard ["Mul", "Div"].contains(node.operatorName), let factor = constant.elements.first,
    constant.elements.count == 1, constant.shape.rank <= value.view.axes.count
  else { throw graph.chain.partial(sum) }
  var value = value
  value.sum?.scale *= node.operatorName == "Mul" ? Double(factor) : 1 / Double(factor)
  return try graph.chain.completed(value, name: node.name)
}

/// The numbers of a constant for each channel of the value that it is combined with.
///
/// If the input has another number of axes than images, it takes the shape of the value.
///
/// - Returns: The value, with one more axis if the constant has one, and the numbers.
/// - Throws: ``ONNXError`` if the constant varies along an axis other than the channels'.
func channelNumbers(
  _ constant: Tensor<Float>, _ value: ImageValue, _ chain: inout LayerChain
) throws -> (value: ImageValue, numbers: [Double]) {
  var value = value
  let missing = max(constant.shape.rank - value.view.axes.count, 0)
  value.view = View(axes: Array(repeating: [], count: missing) + value.view.axes)
  let shape = value.view.shape
  let extents = Array(repeating: 1, count: shape.rank - constant.shape.rank) + constant.shape.extents
  guard zip(extents, shape.extents).allSatisfy({ $0 == 1 || $0 == $1 }) else {
    throw ONNXError("its constant of shape \(constant.shape) does not fit \(shape)")
  }
  let varying = extents.indices.filter { constant.varies(along: $0 - (shape.rank - constant.shape.rank)) }
  if chain.shape.rank != 4 {
    try chain.reshapeImages(to: value.view.asImages)
  } else if let axis = varying.first, shape.rank == 4, value.view.axes[axis] != chain.channelAxis {
    try chain.reshapeImages(to: value.view)
  }
  let channels = chain.shape.rank < 2 ? 1 : chain.shape[1]
  guard channels <= LayerChain.maximumChannelCount else {
    throw ONNXError(
      "it adds to or multiplies \(channels) channels; at most \(LayerChain.maximumChannelCount) are supported"
    )
  }
  guard let axis = varying.first else {
    return (value, Array(repeating: Double(constant.elements.first ?? 0), count: channels))
  }
  guard varying.count == 1, value.view.axes[axis] == chain.channelAxis else {
    throw ONNXError(
      "its constant of shape \(constant.shape) varies along an axis of \(shape) other than the channels; one number per "
        + "channel, or one for all, is supported")
  }
  let step = extents.dropFirst(axis + 1).reduce(1, *)
  return (value, (0..<channels).map { Double(constant.elements[$0 * step]) })
}

extension Tensor<Float> {
  /// Whether the elements vary along an axis.
  fileprivate func varies(along axis: Int) -> Bool {
    guard axis >= 0, shape[axis] > 1 else { return false }
    let step = shape.extents.dropFirst(axis + 1).reduce(1, *)
    let period = step * shape[axis]
    return elements.indices.contains { elements[$0] != elements[$0 / period * period + $0 % step] }
  }
}
