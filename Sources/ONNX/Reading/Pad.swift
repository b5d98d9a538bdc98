import Operations
import Tensors

/// Padding of the planes, which the next convolution or pooling absorbs.
func readPad(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  let (pads, number) = try node.pads(of: value.view.shape, graph)
  guard pads.contains(where: { $0 > 0 }) else { return value }
  let filler = try number?.floats("constant_value").elements.first ?? 0
  return try padded(value, pads, filler, node, &graph)
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
