import Layers
import Operations
import Tensors

/// Y = α·A′·B′ + β·C, where A is the images' features and the rest constants.
func readGemm(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  var value = value
  let alpha = try node.attributes.number("alpha") ?? 1
  let beta = try node.attributes.number("beta") ?? 1
  if graph.opset < 7 { _ = try node.attributes.flag("broadcast") }
  guard value.view.axes.count == 2 else {
    throw ONNXError("its input A has shape \(value.view.shape), which is not a matrix")
  }
  if try node.attributes.flag("transA") {
    value.view = value.view.permuted([1, 0])
    guard value.view.axes[0] == graph.chain.batchAxis, value.view.shape[0] == graph.chain.shape[0] else {
      throw ONNXError("attribute 'transA' is 1, which puts the batch into columns; only rows are supported")
    }
  }
  let isTransposed = try node.attributes.flag("transB")
  let given = try graph.floats(try node.input(1, "B"))
  guard given.shape.rank == 2, !given.elements.isEmpty else {
    throw ONNXError("its input B has shape \(given.shape), which is not a matrix")
  }
  let weight = scaled(isTransposed ? given : given.transposed(), by: alpha)
  var bias: Tensor<Float>?
  if let name = node.optionalInput(2), beta != 0 {
    bias = scaled(try broadcast(graph.floats(name), to: weight.shape[0]), by: beta)
  }
  return try graph.chain.appendDense(value, weight: weight, bias: bias, name: node.name)
}

/// Y = A·B, where A is the images' features and B a constant matrix.
func readMatMul(_ node: inout Node, _ value: ImageValue, _ graph: inout GraphEvaluator) throws -> ImageValue {
  let given = try graph.floats(try node.input(1, "B"))
  let extents = given.shape.extents
  guard extents.count >= 2, extents.dropLast(2).allSatisfy({ $0 == 1 }), !given.elements.isEmpty else {
    throw ONNXError("its input B has shape \(given.shape), but \(value.view.shape) needs a matrix")
  }
  let matrix = given.reshaped(to: Shape(Array(extents.suffix(2))))
  // A stack of one matrix gives the product its number of axes.
  var value = value
  let missing = max(extents.count - value.view.axes.count, 0)
  if missing > 0 { value.view = View(axes: Array(repeating: [], count: missing) + value.view.axes) }
  return try graph.chain.appendDense(value, weight: matrix.transposed(), bias: nil, name: node.name)
}

extension LayerChain {
  /// Adds a product over the last axis: a dense layer if the axis is a whole image, a 1×1 convolution if it is the
  /// channels.
  ///
  /// - Parameters:
  ///   - value: The features.
  ///   - weight: Outputs×features, in the value's order of features.
  ///   - bias: A number for each output.
  ///   - name: The layer's name.
  /// - Returns: The product.
  /// - Throws: ``ONNXError`` if the last axis is neither, or the weight does not fit.
  fileprivate mutating func appendDense(
    _ value: ImageValue, weight: Tensor<Float>, bias: Tensor<Float>?, name: String
  ) throws -> ImageValue {
    try settle(value)
    let (outputs, features) = (weight.shape[0], weight.shape[1])
    let view = value.view
    let given = view.shape
    let last = given.rank - 1
    guard given[last] == features else {
      throw ONNXError(
        "its weight is \(outputs)×\(features), but an input of \(given) needs \(outputs)×\(given[last])")
    }
    let others = view.axes.dropLast().filter { !$0.isEmpty }
    let rows = batchAxis.isEmpty ? [] : [batchAxis]
    if Array(others) == rows, features == shape.elementCount / shape[0] {
      if shape.rank != 2 { try append(Step(layer: Flatten()), name: value.origin?.name ?? "") }
      let offsets = view.offsets(of: last)
      let step = Step(
        layer: Dense(outputs, hasBias: bias != nil),
        parameters: [weight.columns(movedTo: offsets)] + (bias.map { [$0] } ?? []))
      try append(step, name: name)
    } else if shape.rank == 4, View(shape).channelsLast?.reshaped(to: given) == view, features == shape[1] {
      let step = Step(
        layer: Conv2D(outputs, kernel: 1, hasBias: bias != nil),
        parameters: [weight.reshaped(to: [outputs, features, 1, 1])] + (bias.map { [$0] } ?? []))
      try append(step, name: name)
      var result = value
      result.view =
        output.view.channelsLast?.reshaped(to: Shape(given.extents.dropLast() + [outputs])) ?? view
      return result
    } else {
      throw unreadable(value, "a dense layer needs each image as one row")
    }
    var result = output
    result.view = View(
      axes: view.axes.dropLast().map { $0.isEmpty ? [] : batchAxis } + [
        View.merged([View.Factor(extent: outputs, stride: 1)])
      ])
    return result
  }
}

private func scaled(_ tensor: Tensor<Float>, by factor: Float) -> Tensor<Float> {
  factor == 1 ? tensor : tensor.map { $0 * factor }
}

/// A bias for each column, from a scalar, a row, or one number of any shape.
private func broadcast(_ bias: Tensor<Float>, to outputs: Int) throws -> Tensor<Float> {
  let extents = bias.shape.extents
  guard extents.dropLast().allSatisfy({ $0 == 1 }), [nil, 1, outputs].contains(extents.last),
    extents.count <= 2
  else {
    throw ONNXError(
      "its input C has shape \(bias.shape); expected a bias of \(outputs) numbers or 1, the same for the whole batch"
    )
  }
  return bias.elements.count == outputs
    ? bias.reshaped(to: [outputs]) : Tensor(shape: [outputs], repeating: bias.elements[0])
}

extension Tensor {
  /// The transpose of a matrix.
  fileprivate func transposed() -> Tensor {
    let (rows, columns) = (shape[0], shape[1])
    let elements = (0..<columns).flatMap { column in
      (0..<rows).map { row in self.elements[row * columns + column] }
    }
    return Tensor(shape: [columns, rows], elements: elements)
  }

  /// A matrix with its columns permuted.
  fileprivate func columns(movedTo targets: [Int]) -> Tensor {
    guard targets != Array(0..<targets.count) else { return self }
    var moved = elements
    let count = targets.count
    for row in 0..<shape[0] {
      for column in 0..<count { moved[row * count + targets[column]] = elements[row * count + column] }
    }
    return Tensor(shape: shape, elements: moved)
  }
}
