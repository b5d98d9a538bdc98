import Layers
import Tensors

/// Y = α·A′·B′ + β·C, where A is the images' features and the rest constants: a fully connected layer.
func readGemm(_ node: inout Node, _ chain: LayerChain) throws -> Step {
  let alpha = try node.attributes.number("alpha") ?? 1
  let beta = try node.attributes.number("beta") ?? 1
  if chain.opset < 7 { _ = try node.attributes.flag("broadcast") }
  guard try !node.attributes.flag("transA") else {
    throw ONNXError("attribute 'transA' is 1, which makes columns of the batch; only 0 is supported")
  }
  let isTransposed = try node.attributes.flag("transB")
  guard let weightName = node.optionalInput(1) else { throw ONNXError("it has no input B") }
  let given = try chain.constants.floats(weightName)
  guard given.shape.rank == 2 else { throw ONNXError("its input B is \(given.shape), not a matrix") }
  let weight = scaled(isTransposed ? given : given.transposed(), by: alpha)
  let outputs = weight.shape[0]
  guard let biasName = node.optionalInput(2), beta != 0 else {
    return Step(layer: Dense(outputs, hasBias: false), parameters: [weight])
  }
  let bias = try broadcast(chain.constants.floats(biasName), to: outputs)
  return Step(layer: Dense(outputs), parameters: [weight, scaled(bias, by: beta)])
}

private func scaled(_ tensor: Tensor<Float>, by factor: Float) -> Tensor<Float> {
  factor == 1 ? tensor : tensor.map { $0 * factor }
}

/// A bias for each column, from a scalar, a row, or one number in whatever shape.
private func broadcast(_ bias: Tensor<Float>, to outputs: Int) throws -> Tensor<Float> {
  let extents = bias.shape.extents
  guard extents.dropLast().allSatisfy({ $0 == 1 }), [nil, 1, outputs].contains(extents.last),
    extents.count <= 2
  else {
    throw ONNXError(
      "its input C is \(bias.shape); a bias that is the same for the whole batch is needed, of \(outputs) or 1 numbers"
    )
  }
  return bias.elements.count == outputs
    ? bias.reshaped(to: [outputs]) : Tensor(shape: [outputs], repeating: bias.elements[0])
}

extension Tensor {
  /// Rows for columns, of a matrix.
  fileprivate func transposed() -> Tensor {
    let (rows, columns) = (shape[0], shape[1])
    let elements = (0..<columns).flatMap { column in
      (0..<rows).map { row in self.elements[row * columns + column] }
    }
    return Tensor(shape: [columns, rows], elements: elements)
  }
}
