import Operations
import Tensors

/// Padding of the planes, which the next convolution or pooling absorbs.
func readPad(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  let shape = value.view.shape
  let mode = try node.attributes.text("mode") ?? "constant"
  guard mode == "constant" else {
    throw ONNXError("attribute 'mode' is \(mode.quoted); only \"constant\" is supported")
  }
  var number: Float = 0
  var pads: [Int]
  if graph.opset < 11 {
    number = try node.attributes.number("value") ?? 0
    pads = try node.attributes.integers("pads") ?? []
  } else {
    pads = try graph.integers(try node.input(1, "pads"))
    if let name = node.optionalInput(2) { number = try graph.scalar(name) }
  }
  if graph.opset >= 18, let axes = try node.axes(input: 3, since: 18, rank: shape.rank, graph) {
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
  guard pads.allSatisfy({ $0 >= 0 }) else {
    throw ONNXError("its pads are \(pads); negative ones, which crop, are not supported")
  }
  guard pads.allSatisfy({ $0 <= 1 << 24 }) else {
    throw ONNXError("its pads are \(pads); each can be at most \(1 << 24)")
  }
  guard pads.contains(where: { $0 > 0 }) else { return value }
  return try padded(value, pads, number, node, &graph)
}

private func padded(
  _ value: ImageValue, _ pads: [Int], _ number: Float, _ node: Node, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  try graph.chain.requireWhole(value)
  let rank = value.view.axes.count
  let isChannelsLast =
    value.view == View(graph.chain.shape).channelsLast && value.view != View(graph.chain.shape)
  if !isChannelsLast { try graph.chain.requireImages(value) }
  let (row, column) = isChannelsLast ? (1, 2) : (2, 3)
  guard pads.indices.allSatisfy({ pads[$0] == 0 || [row, column].contains($0 % rank) }) else {
    throw ONNXError(
      "its pads \(pads) extend the batch or the channels; only the planes can be padded")
  }
  guard number == 0 || number <= -.greatestFiniteMagnitude else {
    throw ONNXError("it pads with \(number); only 0, and -inf before a MaxPool, are supported")
  }
  try graph.chain.pad(
    Padding(
      top: pads[row], bottom: pads[rank + row], left: pads[column], right: pads[rank + column]),
    value: number, label: node.label)
  let images = View(graph.chain.shape)
  var result = value
  result.view = isChannelsLast ? images.channelsLast ?? images : images
  return result
}

extension LayerChain.PendingPadding {
  /// Requires padding with zeros, as in a convolution or an average pooling.
  func requireZeros() throws {
    guard value == 0 else {
      throw ONNXError("it pads with \(value), which is only supported before a MaxPool", node: label)
    }
  }
}

extension Padding {
  /// The sum of two paddings.
  static func + (left: Padding, right: Padding) -> Padding {
    Padding(
      top: left.top + right.top, bottom: left.bottom + right.bottom, left: left.left + right.left,
      right: left.right + right.right)
  }
}
