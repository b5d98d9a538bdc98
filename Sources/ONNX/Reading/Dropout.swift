import Layers
import Tensors

/// In inference dropout does nothing.
///
/// The ratio is an attribute up to opset 11 and an input since then; training mode is `is_test` 0 in opset 6 and the
/// third input since opset 12.
func readDropout(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue
{
  var ratio: Float = 0.5
  var isTraining = false
  if graph.opset < 12 {
    ratio = try node.attributes.number("ratio") ?? ratio
    if graph.opset < 7 { isTraining = try !node.attributes.flag("is_test") }
  } else {
    // The seed has no effect in inference.
    _ = try node.attributes.integer("seed")
    if let name = node.optionalInput(1) { ratio = try graph.scalar(name) }
    if let name = node.optionalInput(2) { isTraining = try graph.truth(name) }
  }
  guard !isTraining || ratio == 0 else {
    throw ONNXError(
      "it is in training mode (\(graph.opset < 7 ? "is_test is 0" : "training_mode is true")); only "
        + "inference is supported")
  }
  if let mask = node.optionalOutput(1) { try graph.omit(mask, "the mask of a Dropout") }
  // Through its shortest decimal form, 0.1 in float32 becomes 0.1 again.
  let step = Step(layer: Dropout(Double("\(ratio)") ?? .nan))
  return try graph.chain.appendElementwise(step, to: value, name: node.name)
}
