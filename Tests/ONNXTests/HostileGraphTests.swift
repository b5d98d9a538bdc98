import Foundation
import SwiftProtobuf
import Tensors
import Testing

@testable import ONNX

/// Small files whose numbers are chosen to trap, to fill memory or to take for ever.
@Suite("Hostile graphs in ONNX")
struct HostileGraphTests {
  @Test("are rejected by name, in one short line, at once", arguments: NearMiss.hostile)
  func refusals(miss: NearMiss) throws {
    let file = TemporaryFile()
    var graph = GraphDraft(opset: 17, input: [nil, 4])
    let output = miss.write(&graph)
    try graph.write(output: output, to: file.path)
    let error = #expect(throws: FileError.self) { try ONNXFile(path: file.path).network(input: [1, 4]) }
    let line = error?.description ?? ""
    #expect(line.contains("'\(miss.operatorName)'") && !line.contains("\n"), "\(line)")
    #expect(line.count < 5000)
    for word in miss.words { #expect(line.contains(word), "\(line)") }
  }

  @Test(
    "that declare images of millions of channels fill no memory",
    arguments: [(1 << 28, 1, "4194304"), (1 << 20, 600, "1000 layers")])
  func manyChannels(channels: Int, additions: Int, word: String) throws {
    let file = TemporaryFile()
    let input: Shape = [1, channels, 1, 1]
    var graph = GraphDraft(opset: 17, input: input.extents)
    let one = graph.floats(Tensor(shape: [], elements: [1]))
    let output = (0..<additions).reduce("x") { images, _ in
      graph.node("Relu", [graph.node("Add", [images, one])])
    }
    try graph.write(output: output, to: file.path)
    let error = #expect(throws: FileError.self) { try ONNXFile(path: file.path).network(input: input) }
    #expect(error?.description.contains(word) == true)
  }

  @Test("nested in branches are read up to a limit")
  func nestedBranches() throws {
    let file = TemporaryFile()
    var graph = GraphDraft(opset: 17, input: [nil, 4])
    let condition = graph.condition(true)
    func nested(_ depth: Int, _ graph: inout GraphDraft) -> String {
      guard depth > 0 else { return graph.node("Relu", ["x"]) }
      return graph.choice(condition) {
        nested(depth - 1, &$0)
      } else: {
        $0.node("Identity", ["x"])
      }
    }
    let output = nested(15, &graph)
    try graph.write(output: output, to: file.path)
    #expect(try ONNXFile(path: file.path).network(input: [1, 4]).model.layers.count == 1)
  }

  @Test("nested in many branches are rejected", arguments: [30, 3000])
  func deepBranches(depth: Int) throws {
    // Each graph (field 6) in an attribute (5) in a node (1), and the outermost one in the model (7).
    var graph: [UInt8] = []
    for _ in 0..<depth {
      for field in [6, 5, 1] as [UInt8] { graph = Self.message(graph, field: field) }
    }
    let file = TemporaryFile()
    try file.write(Data(Self.message(graph, field: 7)))
    let error = #expect(throws: FileError.self) { try ONNXFile(path: file.path) }
    #expect(error?.description.contains("nests graphs too deeply") == true)
  }

  /// The bytes of a message as a field of another one.
  private static func message(_ bytes: [UInt8], field: UInt8) -> [UInt8] {
    var start = [field << 3 | 2]
    var rest = bytes.count
    while rest >= 0x80 {
      start.append(UInt8(rest & 0x7F | 0x80))
      rest >>= 7
    }
    return start + [UInt8(rest)] + bytes
  }

  @Test("whose input's name would break a line are rejected", arguments: ["a\nb", "\u{1B}[31m"])
  func inputName(name: String) throws {
    let file = TemporaryFile()
    let model = Onnx_ModelProto.with {
      $0.opsetImport = [.with { $0.version = 17 }]
      $0.graph.input = [.with { $0.name = name }]
    }
    try file.write(try model.serializedBytes())
    let error = #expect(throws: FileError.self) { try ONNXFile(path: file.path) }
    #expect(error?.description.contains("control characters") == true)
    #expect(error?.description.contains { $0.isNewline || $0 == "\u{1B}" } == false)
  }

  @Test("that give no version of their operators, or two, are rejected", arguments: [[], [13, 17]])
  func versions(versions: [Int64]) throws {
    let file = TemporaryFile()
    let model = Onnx_ModelProto.with {
      $0.opsetImport = versions.map { version in .with { $0.version = version } }
      $0.graph.input = [.with { $0.name = "x" }]
    }
    try file.write(try model.serializedBytes())
    let error = #expect(throws: FileError.self) { try ONNXFile(path: file.path) }
    #expect(error?.description.contains("opset_import") == true)
    #expect(error?.description.contains("more than one") == !versions.isEmpty)
  }

  @Test("with constants that have no elements, but many rows, are read")
  func emptyRows() throws {
    let file = TemporaryFile()
    var graph = GraphDraft(opset: 17, input: [nil, 4])
    let empty = graph.empty(of: [1 << 36, 0])
    let joined = graph.node("Concat", [empty, empty], [.integer("axis", 1)])
    let taken = graph.node("Gather", [joined, graph.integers([])], [.integer("axis", 1)])
    let count = graph.node("Size", [taken])
    let one = graph.node("Add", [count, graph.integers([1], isScalar: true)])
    // Reshapes to 1×4, if there were no elements.
    let shape = graph.node(
      "Concat", [graph.node("Unsqueeze", [one, graph.integers([0])]), graph.integers([4])],
      [.integer("axis", 0)])
    let output = graph.node("Relu", [graph.node("Reshape", ["x", shape])])
    try graph.write(output: output, to: file.path)
    let network = try ONNXFile(path: file.path).network(input: [1, 4])
    #expect(network.model.layers.count == 1)
  }
}

extension NearMiss {
  /// Each reads one input of 1×4.
  static let hostile = [
    NearMiss(
      "a constant with axes whose product overflows behind an empty one", "ConstantOfShape", ["too large"]
    ) { graph in
      let empty = graph.node("ConstantOfShape", [graph.integers([0, .max, .max])])
      return graph.node("Add", ["x", graph.node("Transpose", [empty])])
    },
    NearMiss("statistics of the batch instead of features", "BatchNormalization", ["spatial axes"]) {
      graph in
      let weight = Tensor<Float>(shape: [4, 8], repeating: 1)
      let rows = graph.node("MatMul", ["x", graph.floats(weight)])
      let columns = graph.node("Transpose", [rows], [.integers("perm", [1, 0])])
      let one = graph.floats(Tensor(shape: [1], elements: [1]))
      return graph.node("BatchNormalization", [columns, one, one, one, one])
    },
    NearMiss("pads that overflow with those before them", "MaxPool", ["pads"]) { graph in
      let images = graph.node("Reshape", ["x", graph.integers([1, 1, 2, 2])])
      let least = graph.floats(Tensor(shape: [], elements: [-.infinity]))
      let padded = graph.node("Pad", [images, graph.integers([0, 0, 1, 1, 0, 0, 1, 1]), least])
      return graph.node(
        "MaxPool", [padded],
        [.integers("kernel_shape", [2, 2]), .integers("pads", [.max, .max, .max, .max])])
    },
    NearMiss("a product with a matrix of 2³⁶ empty columns", "MatMul", ["matrix"]) { graph in
      graph.node("MatMul", ["x", graph.empty(of: [0, 1 << 36])])
    },
    NearMiss("a bias for 2³⁶ outputs without weights", "Gemm", ["matrix"]) { graph in
      let bias = graph.floats(Tensor(shape: [], elements: [1]))
      return graph.node("Gemm", ["x", graph.empty(of: [1 << 36, 0]), bias], [.integer("transB", 1)])
    },
    NearMiss("ever more axes", "Unsqueeze", ["64"]) { graph in
      let axes = graph.integers(Array(0..<60))
      let wide = graph.node("Unsqueeze", [graph.integers([1]), axes])
      return graph.node("Add", ["x", graph.node("Unsqueeze", [wide, axes])])
    },
    NearMiss("ever more axes of indices", "Gather", ["64"]) { graph in
      let indices = graph.node("Unsqueeze", [graph.integers([0]), graph.integers(Array(0..<62))])
      return graph.node("Gather", [graph.node("Reshape", ["x", graph.integers([1, 4])]), indices])
    },
    NearMiss(
      "a constant that is joined with itself a thousand times", "Concat", ["limit on reading constants"]
    ) { graph in
      let part = graph.floats(Tensor(shape: [1 << 16], repeating: 1))
      return graph.node("Concat", Array(repeating: part, count: 1000), [.integer("axis", 0)])
    },
    NearMiss("the largest of a thousand numbers for each of many", "Max", ["16"]) { graph in
      let one = graph.floats(Tensor(shape: [1], elements: [1]))
      let many = graph.node("Expand", [one, graph.integers([1 << 20])])
      return graph.node("Max", [many] + Array(repeating: one, count: 1000))
    },
    NearMiss("a product of constants that takes for ever", "MatMul", ["too long"]) { graph in
      let one = graph.floats(Tensor(shape: [1], elements: [1]))
      let matrix = graph.node("Expand", [one, graph.integers([1 << 10, 1 << 10])])
      return graph.node("Add", ["x", graph.node("MatMul", [matrix, matrix])])
    },
    NearMiss("a constant in a padding of 2⁴⁸ numbers", "Pad", ["too large"]) { graph in
      let one = graph.floats(Tensor(shape: [1, 1], elements: [1]))
      let padded = graph.node("Pad", [one, graph.integers([1 << 24, 1 << 24, 0, 0])])
      return graph.node("Add", ["x", padded])
    },
    NearMiss("a range of 2¹⁰⁰ numbers", "Range", ["too long"]) { graph in
      graph.node("Add", ["x", graph.node("Range", [0, 0x1p100, 1].map { graph.number($0) })])
    },
    NearMiss("a range with steps of 0", "Range", ["delta is 0"]) { graph in
      graph.node("Add", ["x", graph.node("Range", [0, 1, 0].map { graph.number($0) })])
    },
    NearMiss("a power that is not an integer", "Pow", ["not an integer"]) { graph in
      graph.node("Reshape", ["x", graph.node("Pow", [graph.integers([10]), graph.integers([100])])])
    },
    NearMiss("a shape that is read again and again", "Shape", ["limit on reading constants"]) { graph in
      let large = graph.floats(Tensor(shape: [1 << 18], repeating: 1))
      let shapes = (0..<200).map { _ in graph.node("Shape", [large]) }
      // What nobody needs is not computed.
      return graph.node("Add", ["x", graph.node("Concat", shapes, [.integer("axis", 0)])])
    },
    NearMiss("a chain of two thousand layers", "Relu", ["1000 layers"]) { graph in
      (0..<2000).reduce("x") { input, _ in graph.node("Relu", [input]) }
    },
    NearMiss("a permutation of a million axes", "Transpose", ["perm"]) { graph in
      graph.node("Transpose", ["x"], [.integers("perm", Array(repeating: 7, count: 1_000_000))])
    },
  ]
}

extension GraphDraft {
  /// Adds a tensor without elements.
  fileprivate mutating func empty(of extents: [Int]) -> String {
    floats(Tensor(shape: Shape(extents), elements: []))
  }
}
