import Layers
import Tensors

extension LayerChain {
  /// Reads a node as a layer, with what the chain knows so far.
  typealias Reader = @Sendable (_ node: inout Node, _ chain: LayerChain) throws -> Step

  private static let readers: [String: Reader] = [
    "AveragePool": readAveragePool, "BatchNormalization": readBatchNormalization, "Conv": readConv,
    "Dropout": readDropout, "Flatten": readFlatten,
    "Gemm": readGemm, "GlobalAveragePool": readGlobalAveragePool, "MaxPool": readMaxPool, "Relu": readRelu,
    "Sigmoid": readSigmoid, "Softmax": readSoftmax,
  ]

  /// How an operator is read.
  static func reader(of name: String) throws -> Reader {
    guard let reader = readers[name] else {
      let supported = (readers.keys + ["Constant", "Identity"]).sorted().joined(separator: ", ")
      throw ONNXError("this operator is not supported; supported are \(supported)")
    }
    return reader
  }
}

extension Node {
  /// The value of a `Constant`.
  mutating func constantValue() throws -> Constants.Value {
    if let tensor = try attributes.tensor("value") { return .stored(tensor) }
    if let number = try attributes.number("value_float") {
      return .tensor(Tensor(shape: [], elements: [number]))
    }
    if let numbers = try attributes.numbers("value_floats") {
      return .tensor(Tensor(shape: [numbers.count], elements: numbers))
    }
    try attributes.requireNoOthers()
    throw ONNXError("it has no value")
  }

  /// An axis counted from the outermost; a negative one is counted from the innermost.
  mutating func axis(default value: Int, rank: Int) throws -> Int {
    let axis = try attributes.integer("axis") ?? value
    guard (-rank...rank).contains(axis) else {
      throw ONNXError("attribute 'axis' is \(axis), and the input has \(rank) axes")
    }
    return axis < 0 ? axis + rank : axis
  }
}

private func readRelu(_ node: inout Node, _ chain: LayerChain) throws -> Step {
  Step(layer: ReLU())
}

private func readSigmoid(_ node: inout Node, _ chain: LayerChain) throws -> Step {
  Step(layer: Sigmoid())
}

private func readGlobalAveragePool(_ node: inout Node, _ chain: LayerChain) throws -> Step {
  try chain.shape.requireImages()
  return Step(layer: GlobalAvgPool2D())
}

private func readFlatten(_ node: inout Node, _ chain: LayerChain) throws -> Step {
  let axis = try node.axis(default: 1, rank: chain.shape.rank)
  guard axis == 1 else {
    throw ONNXError(
      "attribute 'axis' is \(axis) for an input of \(chain.shape); only 1, which keeps the batch, is supported"
    )
  }
  return Step(layer: Flatten())
}

/// Up to opset 12 all axes from `axis` on are normalised over together, and the default is 1; since then the axis
/// alone, and the default is the last.
private func readSoftmax(_ node: inout Node, _ chain: LayerChain) throws -> Step {
  let shape = chain.shape
  let joinsAxes = chain.opset < 13
  let axis = try node.axis(default: joinsAxes ? 1 : -1, rank: shape.rank)
  guard axis > 0 else {
    throw ONNXError("attribute 'axis' is 0; normalising over the batch is not supported")
  }
  guard !joinsAxes || shape.extents.dropFirst(axis + 1).allSatisfy({ $0 == 1 }) else {
    throw ONNXError(
      "in opset \(chain.opset), an 'axis' of \(axis) normalises \(shape) over several axes together, which is not supported"
    )
  }
  return Step(layer: Softmax(axis: axis))
}

extension Shape {
  /// Refuses what is not N×C×H×W, by the number of its spatial axes.
  func requireImages() throws {
    guard rank != 4 else { return }
    throw ONNXError(
      "its input is \(self), with \(max(rank - 2, 0)) spatial axes; only images in two dimensions, N×C×H×W, are supported"
    )
  }
}
