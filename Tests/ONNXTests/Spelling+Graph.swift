import Tensors

@testable import ONNX

extension Spelling {
  /// Writes the network.
  func write(to path: String) throws {
    let shape = SpelledNetwork.input(entry).shape.extents
    var graph = GraphDraft(
      opset: opset, input: [isBatchOpen ? nil : shape[0]] + shape.dropFirst().map { Optional($0) })
    let entered = writeEntry(&graph)
    let convolved = writeFirstConvolution(entered, &graph)
    let rectified = writeRectifier(convolved, &graph)
    let pooled = graph.node(
      "MaxPool", [rectified], [.integers("kernel_shape", [2, 2]), .integers("strides", [2, 2])])
    let weight = graph.floats(SpelledNetwork.parameter("net.3.weight"))
    let bias = graph.floats(SpelledNetwork.parameter("net.3.bias"))
    let scores = graph.node("Conv", [pooled, weight, bias])
    let output = writeDense(writeHead(scores, &graph), &graph)
    try graph.write(output: output, to: path) { isShuffled ? $0.reversed() : $0 }
  }

  private func writeEntry(_ graph: inout GraphDraft) -> String {
    let perChannel = { (numbers: [Float]) in Tensor(shape: [1, 3, 1, 1], elements: numbers) }
    let number = { (number: Float) in Tensor<Float>(shape: [], elements: [number]) }
    switch entry {
    case .plain: return graph.node("Identity", ["x"])
    case .subtractAndDivide:
      let less = graph.node("Sub", ["x", graph.floats(perChannel(SpelledNetwork.mean))])
      return graph.node("Div", [less, graph.floats(perChannel(SpelledNetwork.deviation))])
    case .multiplyAndAdd:
      let doubled = graph.node("Mul", [graph.floats(number(2)), "x"])
      return graph.node("Add", [doubled, graph.floats(number(-1))])
    case .constantFirst: return graph.node("Sub", [graph.floats(number(1)), "x"])
    case .cast:
      return graph.node("Cast", [graph.node("Cast", ["x"], [.integer("to", 11)])], [.integer("to", 1)])
    case .channelsLast: return graph.node("Transpose", ["x"], [.integers("perm", [0, 3, 1, 2])])
    case .channelsLastNormalized:
      let mean = graph.floats(Tensor(shape: [3], elements: SpelledNetwork.mean))
      let deviation = graph.floats(Tensor(shape: [1, 1, 3], elements: SpelledNetwork.deviation))
      let normalized = graph.node("Div", [graph.node("Sub", ["x", mean]), deviation])
      return graph.node("Transpose", [normalized], [.integers("perm", [0, 3, 1, 2])])
    case .rowsScaled:
      let doubled = graph.node("Mul", ["x", graph.floats(number(2))])
      let images = graph.node("Reshape", [doubled, graph.integers([-1, 3, 8, 9])])
      return graph.node("Sub", [images, graph.floats(number(1))])
    case .rowsNormalized:
      let less = graph.node("Sub", ["x", graph.floats(number(0))])
      let images = graph.node("Reshape", [less, graph.integers([-1, 3, 8, 9])])
      let centered = graph.node("Sub", [images, graph.floats(perChannel(SpelledNetwork.mean))])
      return graph.node("Div", [centered, graph.floats(perChannel(SpelledNetwork.deviation))])
    case .planesScaled:
      let inverted = graph.node("Sub", [graph.floats(number(1)), "x"])
      return graph.node("Reshape", [inverted, graph.integers([-1, 3, 8, 9])])
    }
  }

  private func writeFirstConvolution(_ input: String, _ graph: inout GraphDraft) -> String {
    let (weight, bias) = (
      SpelledNetwork.parameter("net.0.weight"), SpelledNetwork.parameter("net.0.bias")
    )
    let pads = [Onnx_AttributeProto.integers("pads", [1, 1, 1, 1])]
    switch self.bias {
    case .inside: return graph.node("Conv", [input, graph.floats(weight), graph.floats(bias)], pads)
    case .added:
      let sums = graph.node("Conv", [input, graph.floats(weight)], pads)
      return graph.node("Add", [sums, graph.floats(bias.reshaped(to: [6, 1, 1]))])
    case .scaled:
      let sums = graph.node(
        "Conv", [input, graph.floats(weight.map { $0 / 4 }), graph.floats(bias.map { $0 / 4 })], pads)
      return graph.node("Mul", [sums, graph.floats(Tensor(shape: [6, 1, 1], repeating: 4))])
    case .padded:
      let padded = graph.node("Pad", [input, graph.integers([0, 0, 1, 1, 0, 0, 1, 1])])
      return graph.node("Conv", [padded, graph.floats(weight), graph.floats(bias)])
    case .halfPrecision:
      let half = graph.node("Cast", [graph.halves(weight)], [.integer("to", 1)])
      return graph.node(
        "Conv", [input, half, graph.node("Cast", [graph.halves(bias)], [.integer("to", 1)])], pads)
    }
  }

  private func writeRectifier(_ input: String, _ graph: inout GraphDraft) -> String {
    let zero = graph.floats(Tensor(shape: [], elements: [0]))
    return switch rectifier {
    case .relu: graph.node("Relu", [input])
    case .clip: graph.node("Clip", [input, zero])
    case .maximum: graph.node("Max", [zero, input])
    }
  }

  private func writeDense(_ input: String, _ graph: inout GraphDraft) -> String {
    let (weight, bias) = (
      SpelledNetwork.parameter("net.6.weight"), SpelledNetwork.parameter("net.6.bias")
    )
    let turned = weight.permuted([1, 0])
    switch dense {
    case .gemmTransposed:
      return graph.node("Gemm", [input, graph.floats(weight), graph.floats(bias)], [.integer("transB", 1)])
    case .gemm: return graph.node("Gemm", [input, graph.floats(turned), graph.floats(bias)])
    case .gemmScaled:
      let inputs = [input, graph.floats(turned.map { $0 * 2 }), graph.floats(bias.map { $0 / -4 })]
      return graph.node("Gemm", inputs, [.number("alpha", 0.5), .number("beta", -4)])
    case .matMulAndAdd:
      return graph.node(
        "Add", [graph.node("MatMul", [input, graph.floats(turned)]), graph.floats(bias)])
    case .matMulAndAddFirst:
      return graph.node(
        "Add",
        [graph.floats(bias.reshaped(to: [1, 4])), graph.node("MatMul", [input, graph.floats(turned)])])
    case .transposedConstant:
      let constant = graph.node("Transpose", [graph.floats(weight)])
      return graph.node("Gemm", [input, constant, graph.floats(bias)])
    }
  }
}
