import Layers
import Tensors

/// Y = scale · (X − mean) / √(variance + epsilon) + B, with the running statistics: in inference.
///
/// The momentum says how much of the running statistics is kept, 1 minus that of PyTorch and of ``BatchNorm2D``. Whether
/// the node trains is said by `is_test` in opset 6, by the number of outputs up to 13, and by `training_mode` since 14.
func readBatchNormalization(_ node: inout Node, _ chain: LayerChain) throws -> Step {
  try chain.shape.requireImages()
  let epsilon = try node.attributes.number("epsilon") ?? 1e-5
  let momentum = try node.attributes.number("momentum") ?? 0.9
  if chain.opset < 9, try node.attributes.integer("spatial") ?? 1 != 1 {
    throw ONNXError(
      "attribute 'spatial' is 0, statistics of each pixel; only those of channels are supported")
  }
  var isTraining = false
  if chain.opset < 7 { isTraining = try !node.attributes.flag("is_test") }
  if chain.opset >= 14 { isTraining = try node.attributes.flag("training_mode") }
  guard !isTraining else {
    throw ONNXError(
      "it normalizes by the statistics of the batch (\(chain.opset < 7 ? "is_test is 0" : "training_mode is 1"), as a "
        + "model without running statistics does); only inference by running statistics is supported")
  }
  func values(_ index: Int, _ name: String) throws -> Tensor<Float> {
    guard let input = node.optionalInput(index) else { throw ONNXError("it has no input \(name)") }
    return try chain.constants.floats(input)
  }
  let parameters = [try values(1, "scale"), try values(2, "B")]
  let state = ["running_mean": try values(3, "mean"), "running_var": try values(4, "var")]
  // By way of its shortest decimal form 1e-5 in float32 becomes 1e-5 again; and 1 − 0.9 is to be 0.1.
  let kept = Double("\(momentum)") ?? .nan
  let layer = BatchNorm2D(
    epsilon: Double("\(epsilon)") ?? .nan, momentum: ((1 - kept) * 1e9).rounded() / 1e9)
  return Step(layer: layer, parameters: parameters, state: state)
}
