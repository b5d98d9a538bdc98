import Layers
import ONNX
import Tensors
import Training

/// Reads a model in ONNX for images of its declared size, or of a default one if that is open.
func readGraph(_ input: [UInt8]) throws {
  let file = try ONNXFile(path: InputFile.holding(input))
  _ = file.preparation
  let declared = file.declaredShape(of: file.inputs[0])?.extents ?? [nil, 3, 8, 8]
  let usual = [2, 3, 8, 8]
  let extents = declared.enumerated().map { axis, extent in extent ?? (axis < usual.count ? usual[axis] : 1) }
  let network = try file.network(input: Shape(extents))
  _ = try Summary(network.model, input: network.image.batched(1))
}

/// Reads a checkpoint's network, from its description or its tensors, and counts its costs.
func readCheckpoint(_ input: [UInt8]) throws {
  let checkpoint = try Checkpoint(path: InputFile.holding(input))
  let description = checkpoint.description
  _ = try Summary(description.model, input: description.image.batched(1))
  for layer in try description.model.resolved(for: description.image.batched(1)) {
    for parameter in layer.operation.parameters {
      let values: Tensor<Float> = try checkpoint.parameter(layer.parameterName(parameter))
      _ = values
    }
  }
}
