import ReferenceBackend
import Tensors
import Testing

@testable import ONNX

@Suite("Ways to write a network in ONNX")
struct SpellingTests {
  @Test("are read as the same network", arguments: Spelling.all)
  func outputs(spelling: Spelling) throws {
    let file = TemporaryFile()
    try spelling.write(to: file.path)
    let input = SpelledNetwork.input(spelling.entry)
    let network = try ONNXFile(path: file.path).network(input: input.shape)
    let layout = ArrayLayout(shape: SpelledNetwork.image, isChannelsLast: false)
    let plain = ImportedNetwork(
      model: SpelledNetwork.model, image: SpelledNetwork.image, parameters: SpelledNetwork.parameters,
      input: layout, output: ArrayLayout(shape: [4], isChannelsLast: false))
    let expected = try plain.predict(SpelledNetwork.prepared(spelling.entry), on: Reference())
    #expect(relativeError(try network.predict(input, on: Reference()), expected) < 1e-5)
  }

  @Test(
    "that only resemble it are rejected by name, in one line",
    arguments: NearMiss.all + NearMiss.ofControlFlow)
  func refusals(miss: NearMiss) throws {
    let file = TemporaryFile()
    var graph = GraphDraft(opset: 17, input: [nil, 6, 4, 5])
    let output = miss.write(&graph)
    try graph.write(output: output, to: file.path)
    let error = #expect(throws: FileError.self) {
      try ONNXFile(path: file.path).network(input: [2, 6, 4, 5])
    }
    let line = error?.description ?? ""
    #expect(line.contains("'\(miss.operatorName)'") && !line.contains("\n"), "\(line)")
    for word in miss.words { #expect(line.contains(word), "\(line)") }
  }
}

/// A graph that is not a chain of layers, with the operator that has to be named.
struct NearMiss: CustomStringConvertible {
  let description: String
  let operatorName: String
  let words: [String]
  let write: @Sendable (inout GraphDraft) -> String

  init(
    _ description: String, _ operatorName: String, _ words: [String],
    _ write: @escaping @Sendable (inout GraphDraft) -> String
  ) {
    self.description = description
    self.operatorName = operatorName
    self.words = words
    self.write = write
  }

  static let all = [
    NearMiss("the mean over one axis", "ReduceMean", ["both spatial axes"]) { graph in
      graph.node("Flatten", [graph.node("ReduceMean", "x", axes: [3], inputSince: 18)])
    },
    NearMiss("the mean over channels", "ReduceMean", ["axis 1"]) { graph in
      graph.node("ReduceMean", "x", axes: [1], inputSince: 18)
    },
    NearMiss("the mean over everything", "ReduceMean", ["axis 0"]) { graph in graph.node("ReduceMean", ["x"])
    },
    NearMiss("a sum without a division", "ReduceSum", ["both spatial axes"]) { graph in
      graph.node("Flatten", [graph.node("ReduceSum", "x", axes: [2, 3], inputSince: 13)])
    },
    NearMiss("a flattening from axis 2", "Flatten", ["axis"]) { graph in
      graph.node("Flatten", ["x"], [.integer("axis", 2)])
    },
    NearMiss("a reshape that mixes batch and channels", "Reshape", ["mixes"]) { graph in
      let rows = graph.node("Reshape", [graph.node("GlobalAveragePool", ["x"]), graph.integers([-1, 4])])
      return graph.node("Relu", [rows])
    },
    NearMiss("columns of the batch", "Transpose", ["batch"]) { graph in
      let rows = graph.node("Flatten", [graph.node("GlobalAveragePool", ["x"])])
      return graph.node("Transpose", [rows], [.integers("perm", [1, 0])])
    },
    NearMiss("a padding with ones", "Pad", ["1.0"]) { graph in
      let pads = graph.integers([0, 0, 1, 1, 0, 0, 1, 1])
      let padded = graph.node("Pad", ["x", pads, graph.floats(Tensor(shape: [], elements: [1]))])
      return graph.node("MaxPool", [padded], [.integers("kernel_shape", [2, 2])])
    },
    NearMiss("zeros before the largest of numbers that may be negative", "Pad", ["ReLU"]) { graph in
      let padded = graph.node("Pad", ["x", graph.integers([0, 0, 1, 1, 0, 0, 1, 1])])
      return graph.node("MaxPool", [padded], [.integers("kernel_shape", [2, 2])])
    },
    NearMiss("a padding that crops", "Pad", ["[0, 0, -1, 0, 0, 0, 0, 0]", "negative", "crop"]) { graph in
      let padded = graph.node("Pad", ["x", graph.integers([0, 0, -1, 0, 0, 0, 0, 0])])
      let more = graph.node("Pad", [padded, graph.integers([0, 0, 1, 0, 0, 0, 0, 0])])
      return graph.node("AveragePool", [more], [.integers("kernel_shape", [2, 2])])
    },
    NearMiss("a mirrored padding", "Pad", ["reflect"]) { graph in
      graph.node("Pad", ["x", graph.integers([0, 0, 1, 1, 0, 0, 1, 1])], [.text("mode", "reflect")])
    },
    NearMiss("ReLU6", "Clip", ["ReLU6"]) { graph in
      graph.node("Clip", ["x"] + [0, 6].map { graph.floats(Tensor(shape: [], elements: [$0])) })
    },
    NearMiss("a minimum of two values", "Min", ["several values"]) { graph in
      graph.node("Min", [graph.floats(Tensor(shape: [], elements: [6])), "x"])
    },
    NearMiss("a product with a stack of matrices", "MatMul", ["matrix"]) { graph in
      let rows = graph.node("Flatten", [graph.node("GlobalAveragePool", ["x"])])
      return graph.node("MatMul", [rows, graph.floats(Tensor(shape: [2, 6, 3], repeating: 1))])
    },
    NearMiss("rows in column-major order", "Reshape", ["row-major"]) { graph in
      let turned = graph.node("Transpose", [graph.node("Relu", ["x"])], [.integers("perm", [0, 3, 2, 1])])
      return graph.node("Reshape", [turned, graph.integers([0, -1])])
    },
    NearMiss("a leaky ReLU", "LeakyRelu", ["not supported"]) { graph in graph.node("LeakyRelu", ["x"]) },
    NearMiss("a shortcut", "Add", ["branches"]) { graph in
      graph.node("Add", [graph.node("Relu", ["x"]), "x"])
    },
    NearMiss("an image that is added", "Add", ["channels"]) { graph in
      let image = Tensor<Float>(shape: [4, 5], elements: (0..<20).map { Float($0) })
      return graph.node("Add", ["x", graph.floats(image)])
    },
    NearMiss("a part of the channels", "Slice", ["axis 1"]) { graph in
      graph.node("Slice", ["x", graph.integers([0]), graph.integers([3]), graph.integers([1])])
    },
    NearMiss("one row of each plane", "Gather", ["axis 2"]) { graph in
      graph.node("Gather", ["x", graph.integers([0], isScalar: true)], [.integer("axis", 2)])
    },
    NearMiss("channels in reverse", "Gather", ["axis 1", "order"]) { graph in
      graph.node("Gather", ["x", graph.integers([5, 4, 3, 2, 1, 0])], [.integer("axis", 1)])
    },
    NearMiss("numbers of images in another order", "Gather", ["axis 0", "order"]) { graph in
      let flat = graph.node("Reshape", [graph.node("GlobalAveragePool", ["x"]), graph.integers([-1])])
      let columns = graph.node(
        "Reshape", [graph.integers((0..<12).map { $0 % 2 * 6 + $0 / 2 }), graph.integers([2, 6])])
      return graph.node("Gather", [flat, columns])
    },
    NearMiss("channels gathered after a transposition of planes", "Gather", ["mixes"]) { graph in
      let turned = graph.node("Transpose", ["x"], [.integers("perm", [0, 1, 3, 2])])
      let planes = graph.node("Reshape", [turned, graph.integers([2, 6, 20])])
      let indices = graph.node("Reshape", [graph.integers(Array(0..<20)), graph.integers([2, 10])])
      return graph.node("Gather", [planes, indices], [.integer("axis", 2)])
    },
    NearMiss("the largest of images and several constants", "Max", ["several values"]) { graph in
      graph.node("Max", ["x", graph.number(0), graph.number(1)])
    },
    NearMiss("a product of constants that do not fit", "MatMul", ["3×2", "do not fit"]) { graph in
      let matrix = graph.floats(Tensor(shape: [3, 2], repeating: 1))
      return graph.node("Add", ["x", graph.node("MatMul", [matrix, matrix])])
    },
    NearMiss("a constant of 2⁴⁰ numbers", "ConstantOfShape", ["too large"]) { graph in
      let huge = graph.node("ConstantOfShape", [graph.integers([1 << 20, 1 << 20])])
      return graph.node("Add", ["x", huge])
    },
    NearMiss("a division of shapes by 0", "Div", ["not an integer"]) { graph in
      let target = graph.node("Div", [graph.node("Shape", ["x"]), graph.integers([0])])
      return graph.node("Reshape", ["x", target])
    },
  ]
}
