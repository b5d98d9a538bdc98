import Layers
import Tensors

/// Y = scale · (X − mean) / √(variance + epsilon) + B, with the running statistics, as in inference.
///
/// The momentum is the share of the running statistics that is kept: 1 minus that of PyTorch and of ``BatchNorm2D``.
/// Training mode is `is_test` 0 in opset 6, more than one output up to opset 13, and `training_mode` 1 since 14.
///
/// Rows are normalized too if a layer precedes: a dense one takes the normalization into its weights.
func readBatchNormalization(
  _ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator
) throws -> ImageValue {
  let epsilon = try node.attributes.number("epsilon") ?? 1e-5
  let momentum = try node.attributes.number("momentum") ?? 0.9
  if graph.opset < 9, try node.attributes.integer("spatial") ?? 1 != 1 {
    throw ONNXError(
      "attribute 'spatial' is 0, statistics per pixel; only statistics per channel are supported")
  }
  var isTraining = false
  if graph.opset < 7 { isTraining = try !node.attributes.flag("is_test") }
  if graph.opset >= 14 { isTraining = try node.attributes.flag("training_mode") }
  guard !isTraining else {
    throw ONNXError(
      "it normalizes by the statistics of the batch (\(graph.opset < 7 ? "is_test is 0" : "training_mode is 1"), as in "
        + "a model without running statistics); only inference with running statistics is supported")
  }
  let parameters = [
    try graph.floats(try node.input(1, "scale")), try graph.floats(try node.input(2, "B")),
  ]
  let mean = try graph.floats(try node.input(3, "mean"))
  let variance = try graph.floats(try node.input(4, "var"))
  // Through its shortest decimal form, 1e-5 in float32 becomes 1e-5 again, and 1 − 0.9 becomes 0.1.
  let kept = Double("\(momentum)") ?? .nan
  let layer = BatchNorm2D(
    epsilon: Double("\(epsilon)") ?? .nan, momentum: ((1 - kept) * 1e9).rounded() / 1e9)
  try graph.chain.requireWhole(value)
  if value.view.axes.count == 2, value.view.axes[1] != graph.chain.channelAxis {
    try graph.chain.settle(value)
  }
  let isOfChannels = value.view.axes.count >= 2 && value.view.axes[1] == graph.chain.channelAxis
  if isOfChannels, value.view.axes.count == 2, graph.chain.shape.rank == 2, !graph.chain.layers.isEmpty {
    let scaling = try ChannelScaling(layer, parameters + [mean, variance], features: value.view.shape[1])
    return try graph.chain.scale(value, by: scaling, name: node.name)
  }
  if !isOfChannels || graph.chain.shape.rank != 4 { try graph.chain.requireImages(value) }
  try graph.chain.append(
    Step(
      layer: layer, parameters: parameters, state: ["running_mean": mean, "running_var": variance]),
    name: node.name)
  return value
}

extension ChannelScaling {
  /// - Parameters:
  ///   - layer: A batch normalization.
  ///   - values: Its scale, shift, mean and variance.
  ///   - features: The number of elements that each must have.
  /// - Throws: ``ONNXError`` if one has a different number of elements.
  fileprivate init(_ layer: BatchNorm2D, _ values: [Tensor<Float>], features: Int) throws {
    for value in values where value.shape != [features] {
      throw ONNXError(
        "one of its parameters has shape \(value.shape), but \(features) features need \(features) elements")
    }
    let numbers = values.map { $0.elements.map { Double($0) } }
    let scale = (0..<features).map { numbers[0][$0] / (numbers[3][$0] + layer.epsilon).squareRoot() }
    self.init(scale: scale, shift: (0..<features).map { numbers[1][$0] - numbers[2][$0] * scale[$0] })
  }
}
