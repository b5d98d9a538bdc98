import ReferenceBackend
import SwiftProtobuf
import Tensors
import Testing

@testable import ONNX

/// Two graphs that compute the same, the second one in the plainest way.
@Suite("Graphs in ONNX")
struct EquivalentGraphTests {
  private static let input: Shape = [2, 6, 4, 5]
  private static let images = Tensor<Float>(
    shape: input, elements: (0..<240).map { Float($0 * 37 % 101) / 50 - 1 })

  @Test(
    "that compute the same are read as the same network",
    arguments: Equivalence.all + Equivalence.ofBranches + Equivalence.ofConstants)
  func outputs(pair: Equivalence) throws {
    let expected = try output(pair.plain)
    #expect(relativeError(try output(pair.spelled), expected) < 1e-5)
    #expect(Set(expected.elements).count > 2)
  }

  private func output(_ write: (inout GraphDraft) -> String) throws -> Tensor<Float> {
    let file = TemporaryFile()
    // Some writers put 0 for an open extent.
    var graph = GraphDraft(opset: 17, input: [0] + Self.input.extents.dropFirst().map { Optional($0) })
    let output = write(&graph)
    try graph.write(output: output, to: file.path)
    return try ONNXFile(path: file.path).network(input: Self.input).predict(Self.images, on: Reference())
  }

  @Test("of a single image give an output without the batch if it is squeezed as well")
  func squeezedBatch() throws {
    let image = Tensor<Float>(shape: [1, 6, 4, 5], elements: Array(Self.images.elements.prefix(120)))
    let means = (0..<6).map { image.elements[$0 * 20..<($0 + 1) * 20].reduce(0, +) / 20 }
    let pooled = try output(of: image) { graph in
      graph.node("Squeeze", [graph.node("GlobalAveragePool", ["x"])])
    }
    #expect(relativeError(pooled, Tensor(shape: [6], elements: means)) < 1e-5)
    let maps = try output(of: image) { graph in
      graph.node("Squeeze", [graph.node("Relu", ["x"]), graph.integers([0])])
    }
    #expect(maps == Tensor(shape: [6, 4, 5], elements: image.elements.map { max($0, 0) }))
  }

  @Test("of rows and planes may begin by scaling them, before or after they become images")
  func scaledEntries() throws {
    let (rows, planes) = (Self.images.reshaped(to: [2, 120]), Self.images.reshaped(to: [2, 24, 5]))
    let expected = Self.images.map { max($0 * 2 - 1, 0) }
    for input in [rows, planes] {
      for isReshapedFirst in [true, false] {
        let result = try output(of: input) { graph in
          let target = graph.integers([-1, 6, 4, 5])
          let entered = isReshapedFirst ? graph.node("Reshape", ["x", target]) : "x"
          let doubled = graph.node("Mul", [entered, graph.number(2)])
          let images = isReshapedFirst ? doubled : graph.node("Reshape", [doubled, target])
          let pooled = graph.node(
            "MaxPool", [graph.node("Sub", [images, graph.number(1)])], [.integers("kernel_shape", [1, 1])])
          return graph.node("Relu", [pooled])
        }
        #expect(relativeError(result, expected) < 1e-5)
      }
      let unchanged = try output(of: input) { graph in
        graph.node(
          "Relu", [graph.node("Sub", [graph.node("Mul", ["x", graph.number(2)]), graph.number(1)])])
      }
      #expect(relativeError(unchanged, expected.reshaped(to: input.shape)) < 1e-5)
    }
    let features = try output(of: rows) { graph in
      let means = graph.row((0..<120).map { Float($0) })
      return graph.node("Relu", [graph.node("Sub", ["x", means])])
    }
    let shifted = rows.elements.enumerated().map { max($1 - Float($0 % 120), 0) }
    #expect(relativeError(features, Tensor(shape: rows.shape, elements: shifted)) < 1e-5)
  }

  /// The output of a graph of fixed extents.
  private func output(
    of input: Tensor<Float>, _ write: (inout GraphDraft) -> String
  ) throws -> Tensor<Float> {
    let file = TemporaryFile()
    var graph = GraphDraft(opset: 17, input: input.shape.extents)
    let output = write(&graph)
    try graph.write(output: output, to: file.path)
    return try ONNXFile(path: file.path).network(input: input.shape).predict(input, on: Reference())
  }

  @Test("may end in a flattening with the channels last, of maps or of some of their axes")
  func channelsLastRows() throws {
    for target in [[2, 120], [2, 20, 6], [2, 4, 30], [2, 4, 5, 6]] {
      let file = TemporaryFile()
      var graph = GraphDraft(opset: 17, input: [2, 6, 4, 5])
      let turned = graph.node(
        "Transpose", [graph.node("Relu", ["x"])], [.integers("perm", [0, 2, 3, 1])])
      let output = graph.node("Reshape", [turned, graph.integers(target)])
      try graph.write(output: output, to: file.path)
      let network = try ONNXFile(path: file.path).network(input: Self.input)
      var expected: [Float] = []
      for image in 0..<2 {
        for pixel in 0..<20 {
          for channel in 0..<6 {
            expected.append(max(Self.images.elements[(image * 6 + channel) * 20 + pixel], 0))
          }
        }
      }
      #expect(
        try network.predict(Self.images, on: Reference())
          == Tensor(shape: Shape(target), elements: expected))
    }
  }

  @Test("are read without values for inputs that no node takes")
  func unusedInputs() throws {
    let file = TemporaryFile()
    let model = Onnx_ModelProto.with {
      $0.opsetImport = [.with { $0.version = 17 }]
      $0.graph.input = ["mask", "x", "more"].map { name in .with { $0.name = name } }
      $0.graph.output = [.with { $0.name = "y" }]
      $0.graph.node = [
        .with {
          $0.opType = "Relu"
          $0.input = ["x"]
          $0.output = ["y"]
        }
      ]
    }
    try file.write(try model.serializedBytes())
    let read = try ONNXFile(path: file.path)
    #expect(read.inputs == ["x"])
    #expect(try read.network(input: Self.input).model.layers.count == 1)
  }
}

struct Equivalence: CustomStringConvertible {
  let description: String
  let spelled: @Sendable (inout GraphDraft) -> String
  let plain: @Sendable (inout GraphDraft) -> String

  init(
    _ description: String, _ spelled: @escaping @Sendable (inout GraphDraft) -> String,
    _ plain: @escaping @Sendable (inout GraphDraft) -> String
  ) {
    self.description = description
    self.spelled = spelled
    self.plain = plain
  }

  private static let scale: [Float] = [1, -2, 0.5]
  private static let shift: [Float] = [0.25, 1, -1]

  static let all = [
    Equivalence("the maximum over both axes") { graph in
      graph.node("ReduceMax", ["x"], [.integers("axes", [-1, 2]), .integer("keepdims", 0)])
    } _: { graph in
      graph.node("Flatten", [graph.node("GlobalMaxPool", ["x"])])
    },
    Equivalence("the maximum of planes as rows") { graph in
      let rows = graph.node("Reshape", ["x", graph.integers([0, 0, -1])])
      return graph.node("ReduceMax", [rows], [.integers("axes", [2]), .integer("keepdims", 0)])
    } _: { graph in
      graph.node("Flatten", [graph.node("GlobalMaxPool", ["x"])])
    },
    Equivalence("a negation") { graph in
      graph.node("Neg", ["x"])
    } _: { graph in
      graph.node("Mul", ["x", graph.number(-1)])
    },
    Equivalence("a sum with a constant") { graph in
      graph.node("Sum", [graph.number(0.5), "x"])
    } _: { graph in
      graph.node("Add", ["x", graph.number(0.5)])
    },
    Equivalence("what does nothing") { graph in
      let whole = graph.node("Split", ["x", graph.integers([6])], [.integer("axis", 1)])
      let joined = graph.node("Concat", [graph.node("Sum", [whole])], [.integer("axis", 1)])
      return graph.node("Relu", [graph.node("Tile", [joined, graph.integers([1, 1, 1, 1])])])
    } _: { graph in
      graph.node("Relu", ["x"])
    },
    Equivalence("Max and Min of one value, and Clip without bounds") { graph in
      let clipped = graph.node("Clip", [graph.node("Min", [graph.node("Max", ["x"])])])
      let bounds = [-Float.infinity, .infinity].map { graph.number($0) }
      return graph.node("Relu", [graph.node("Clip", [clipped] + bounds)])
    } _: { graph in
      graph.node("Relu", ["x"])
    },
    Equivalence("a product with a stack of one matrix") { graph in
      let pooled = graph.node("Flatten", [graph.node("GlobalMaxPool", ["x"])])
      let stack = graph.floats(Tensor(shape: [1, 6, 3], elements: rows.elements))
      let product = graph.node("MatMul", [pooled, stack])
      let shifted = graph.node("Add", [product, graph.floats(Tensor(shape: [1, 1, 3], elements: shift))])
      return graph.node("Relu", [graph.node("Squeeze", [shifted, graph.integers([0])])])
    } _: { graph in
      let pooled = graph.node("Flatten", [graph.node("GlobalMaxPool", ["x"])])
      let product = graph.node("MatMul", [pooled, graph.floats(rows)])
      return graph.node("Relu", [graph.node("Add", [product, graph.row(shift)])])
    },
    Equivalence("a scaling of rows after a rectifier") { graph in
      let scaled = graph.node("Mul", [rectifiedRows(&graph), graph.row(scale)])
      return dense(graph.node("Add", [scaled, graph.row(shift)]), &graph)
    } _: { graph in
      denseOfScaled(rectifiedRows(&graph), &graph)
    },
    Equivalence("a batch normalization of rows after a rectifier") { graph in
      let inputs = [scale, shift, [0, 0, 0], [1, 1, 1]].map { graph.row($0) }
      let normalized = graph.node(
        "BatchNormalization", [rectifiedRows(&graph)] + inputs, [.number("epsilon", 1e-7)])
      return dense(normalized, &graph)
    } _: { graph in
      denseOfScaled(rectifiedRows(&graph), &graph)
    },
    Equivalence("a weight that is normalized in the graph") { graph in
      let weight = graph.floats(weight)
      let squares = graph.node("Mul", [weight, weight])
      let axes = graph.integers([1, 2, 3])
      let length = graph.node("Sqrt", [graph.node("ReduceSum", [squares, axes])])
      return graph.node("Conv", ["x", graph.node("Div", [weight, length])])
    } _: { graph in
      let weight = graph.floats(weight)
      let length = graph.node("ReduceL2", [weight], [.integers("axes", [-1, 1, 2])])
      return graph.node("Conv", ["x", graph.node("Div", [weight, length])])
    },
    Equivalence("the maximum of the images and as many zeros") { graph in
      graph.node("Max", ["x", graph.node("ConstantOfShape", [graph.node("Shape", ["x"])])])
    } _: { graph in
      graph.node("Relu", ["x"])
    },
    Equivalence("a dropout with its ratio and its mode as inputs, whose mask is not used") { graph in
      let isTraining = graph.node("Not", [graph.node("Cast", [graph.integers([1])], [.integer("to", 9)])])
      let dropped = graph.nodes("Dropout", ["x", graph.number(0.25), isTraining], outputCount: 2)
      return graph.node("Relu", [dropped[0]])
    } _: { graph in
      graph.node("Relu", ["x"])
    },
    Equivalence("the size of images in another order, which nothing else needs") { graph in
      let rectified = graph.node("Relu", ["x"])
      let turned = graph.node("Transpose", [rectified], [.integers("perm", [0, 2, 3, 1])])
      let batch = graph.node("Div", [graph.node("Size", [turned]), graph.integers([120])])
      let target = graph.node("Concat", [batch, graph.integers([-1])], [.integer("axis", 0)])
      return graph.node("Reshape", [graph.node("GlobalAveragePool", [rectified]), target])
    } _: { graph in
      graph.node("Flatten", [graph.node("GlobalAveragePool", [graph.node("Relu", ["x"])])])
    },
    Equivalence("a shape that is computed from numbers") { graph in
      let half = graph.node("Floor", [graph.node("Abs", [graph.number(-2.5)])])
      let batch = graph.node("Cast", [half], [.integer("to", 7)])
      let rest = graph.node("Mod", [graph.integers([-1]), graph.integers([121])])
      let target = graph.node(
        "Concat", [graph.node("Unsqueeze", [batch, graph.integers([0])]), rest], [.integer("axis", 0)])
      return graph.node("Relu", [graph.node("Reshape", ["x", target])])
    } _: { graph in
      graph.node("Relu", [graph.node("Flatten", ["x"])])
    },
  ]

  private static let weight = Tensor<Float>(
    shape: [3, 6, 1, 2], elements: (0..<36).map { Float($0 * 7 % 11) - 4 })
  private static let rows = Tensor<Float>(shape: [6, 3], elements: (0..<18).map { Float($0 * 5 % 7) - 3 })
  private static let last: [Float] = [2, 1, -1, 0.5, 3, 1]

  /// N×3 numbers, none below 0.
  private static func rectifiedRows(_ graph: inout GraphDraft) -> String {
    let pooled = graph.node("Flatten", [graph.node("GlobalMaxPool", ["x"])])
    return graph.node("Relu", [graph.node("MatMul", [pooled, graph.floats(rows)])])
  }

  private static func dense(_ x: String, _ graph: inout GraphDraft) -> String {
    graph.node("MatMul", [x, graph.floats(Tensor(shape: [3, 2], elements: last))])
  }

  /// The dense layer of numbers that are scaled and shifted first.
  private static func denseOfScaled(_ x: String, _ graph: inout GraphDraft) -> String {
    let scaled = last.indices.map { last[$0] * scale[$0 / 2] }
    let bias = (0..<2).map { column in (0..<3).reduce(Float(0)) { $0 + shift[$1] * last[2 * $1 + column] } }
    let product = graph.node("MatMul", [x, graph.floats(Tensor(shape: [3, 2], elements: scaled))])
    return graph.node("Add", [product, graph.row(bias)])
  }
}

extension GraphDraft {
  /// Adds a number.
  mutating func number(_ number: Float) -> String {
    floats(Tensor(shape: [], elements: [number]))
  }

  /// Adds a row of numbers.
  mutating func row(_ numbers: [Float]) -> String {
    floats(Tensor(shape: [numbers.count], elements: numbers))
  }
}
