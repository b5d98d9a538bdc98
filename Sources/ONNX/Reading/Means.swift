import Layers
import Operations
import Tensors

/// The mean over all axes after the channels, including that of planes flattened to one axis.
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

/// The maximum over both spatial axes at once, including that of planes flattened to one axis: a pooling of the whole
/// planes.
func readReduceMax(
  _ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  let (axes, keepsAxes) = try node.reducedAxes(rank: value.view.axes.count, since: 18, graph)
  guard !axes.isEmpty else { return value }
  try graph.chain.requireWhole(value)
  let (shape, area) = (graph.chain.shape, graph.chain.area)
  let factors = axes.flatMap { value.view.axes[$0] }.sorted { $0.stride > $1.stride }
  guard shape.rank == 4, View.merged(factors) == View.merged([View.Factor(extent: area, stride: 1)]) else {
    throw ONNXError(
      "it does not reduce both spatial axes of \(shape) and only those, which would be global max pooling; other "
        + "maxima are not supported")
  }
  let pooling = MaxPool2D(kernel: Extent2D(shape[2], shape[3]), stride: 1)
  try graph.chain.append(Step(layer: pooling), name: node.name)
  var value = value
  value.view = value.view.reduced(axes, keepsAxes: keepsAxes).pooled(area: area)
  return value
}

/// Adds axes to those that a value is summed over; a mean over whole planes is a global average pooling.
private func reduce(
  _ node: inout Node, _ value: ImageValue, axesAreInputSince opset: Int, isMean: Bool,
  _ graph: inout GraphEvaluator
) throws -> ImageValue {
  let (axes, keepsAxes) = try node.reducedAxes(rank: value.view.axes.count, since: opset, graph)
  guard !axes.isEmpty else { return value }
  return try reduced(value, axes, keepsAxes: keepsAxes, isMean: isMean, node, &graph)
}

extension Node {
  /// The axes that a reduction removes, all by default, and whether it leaves them with one element.
  mutating func reducedAxes(
    rank: Int, since opset: Int, _ graph: borrowing GraphEvaluator
  ) throws -> (axes: [Int], keepsAxes: Bool) {
    let keepsAxes = try attributes.integer("keepdims") ?? 1 != 0
    let isNothingWithoutAxes = try attributes.flag("noop_with_empty_axes")
    let axes = try axes(input: 1, since: opset, rank: rank, graph) ?? []
    guard axes.isEmpty, !isNothingWithoutAxes else { return (axes, keepsAxes) }
    return (Array(0..<rank), keepsAxes)
  }
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
  value.view = value.view.reduced(axes, keepsAxes: keepsAxes)
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
    value.view = value.view.pooled(area: area)
    return value
  }
}

extension View {
  /// The view without some axes, or with one element along each.
  fileprivate func reduced(_ axes: [Int], keepsAxes: Bool) -> View {
    View(
      axes: self.axes.enumerated().compactMap { index, factors in
        guard axes.contains(index) else { return factors }
        return keepsAxes ? [] : nil
      })
  }

  /// The view after planes of an area have become one element each.
  fileprivate func pooled(area: Int) -> View {
    View(
      axes: axes.map { factors in
        factors.map { Factor(extent: $0.extent, stride: $0.stride / area) }
      })
  }
}
