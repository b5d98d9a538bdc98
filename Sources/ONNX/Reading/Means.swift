import Layers
import Tensors

/// The mean over all axes after the channels, also of planes flattened to one axis.
func readGlobalAveragePool(
  _ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  let rank = value.view.axes.count
  guard rank == 3 else {
    try graph.chain.requireImages(value)
    try graph.chain.append(Step(layer: GlobalAvgPool2D()), name: node.name)
    return graph.chain.output
  }
  return try reduced(value, Array(2..<rank), keepsAxes: true, isMean: true, node, &graph)
}

func readReduceMean(
  _ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  try reduce(&node, value, axesAreInputSince: 18, isMean: true, &graph)
}

func readReduceSum(
  _ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  try reduce(&node, value, axesAreInputSince: 13, isMean: false, &graph)
}

/// Adds axes to those that a value is summed over; a mean over whole planes is a global average pooling.
private func reduce(
  _ node: inout Node, _ value: ImageValue, axesAreInputSince opset: Int, isMean: Bool,
  _ graph: inout GraphEvaluator
) throws -> ImageValue {
  let rank = value.view.axes.count
  let keepsAxes = try node.attributes.integer("keepdims") ?? 1 != 0
  let isNothingWithoutAxes = try node.attributes.flag("noop_with_empty_axes")
  var axes = try node.axes(input: 1, since: opset, rank: rank, graph) ?? []
  if axes.isEmpty {
    guard !isNothingWithoutAxes else { return value }
    axes = Array(0..<rank)
  }
  return try reduced(value, axes, keepsAxes: keepsAxes, isMean: isMean, node, &graph)
}

/// The mean or sum over the given axes.
private func reduced(
  _ value: ImageValue, _ axes: [Int], keepsAxes: Bool, isMean: Bool, _ node: Node,
  _ graph: inout GraphEvaluator
) throws -> ImageValue {
  var value = value
  let chain = graph.chain
  var sum = value.sum ?? ImageValue.PartialSum(factors: [], scale: 1, label: node.label)
  for axis in axes {
    let factors = value.view.axes[axis]
    guard chain.shape.rank == 4, factors.allSatisfy({ $0.stride * $0.extent <= chain.area }) else {
      throw ONNXError(
        "it reduces axis \(axis) of \(value.view.shape), which is not one of the planes; only the mean over both spatial axes, "
          + "which is global average pooling, is supported")
    }
    sum.factors += factors
    if isMean { sum.scale /= Double(value.view.shape[axis]) }
  }
  value.sum = sum
  value.view = View(
    axes: value.view.axes.enumerated().compactMap { index, factors in
      guard axes.contains(index) else { return factors }
      return keepsAxes ? [] : nil
    })
  return try graph.chain.completed(value, name: node.name)
}

extension LayerChain {
  /// Adds a layer for a sum that is a mean over whole planes, and discards a sum over no axes.
  mutating func completed(_ value: ImageValue, name: String) throws -> ImageValue {
    guard let sum = value.sum, sum.factors.allSatisfy({ $0.extent > 0 }) else { return value }
    var value = value
    let summed = View.merged(sum.factors.sorted { $0.stride > $1.stride })
    let isWhole = summed == View.merged([View.Factor(extent: area, stride: 1)])
    let size = summed.reduce(1) { $0 * $1.extent }
    guard isWhole || summed.isEmpty, abs(sum.scale * Double(size) - 1) < 1e-5 else { return value }
    value.sum = nil
    guard isWhole else { return value }
    let area = area
    try append(Step(layer: GlobalAvgPool2D()), name: name)
    value.view = View(
      axes: value.view.axes.map { factors in
        factors.map { View.Factor(extent: $0.extent, stride: $0.stride / area) }
      })
    return value
  }
}
