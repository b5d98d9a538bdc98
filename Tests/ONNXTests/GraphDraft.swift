import Foundation
import SwiftProtobuf
import Tensors

@testable import ONNX

/// A graph that a test writes node by node.
struct GraphDraft {
  let opset: Int
  private var graph = Onnx_GraphProto()
  private var count = 0

  /// - Parameters:
  ///   - opset: The version of the operators.
  ///   - input: The extents of the input `x`; nil for any.
  init(opset: Int, input: [Int?]) {
    self.opset = opset
    graph.input = [
      .with { value in
        value.name = "x"
        value.type.tensorType.elemType = 1
        value.type.tensorType.shape.dim = input.map { extent in
          .with {
            if let extent { $0.dimValue = Int64(extent) } else { $0.dimParam = "N" }
          }
        }
      }
    ]
  }

  /// Adds a node.
  ///
  /// - Returns: The name of its output.
  mutating func node(
    _ operatorName: String, _ inputs: [String], _ attributes: [Onnx_AttributeProto] = []
  ) -> String {
    nodes(operatorName, inputs, attributes, outputCount: 1)[0]
  }

  /// Adds a node with any number of outputs.
  ///
  /// - Returns: The names of its outputs.
  mutating func nodes(
    _ operatorName: String, _ inputs: [String], _ attributes: [Onnx_AttributeProto] = [], outputCount: Int
  ) -> [String] {
    let outputs = (1...outputCount).map { "v\(count + $0)" }
    count += outputCount
    graph.node.append(
      .with {
        $0.opType = operatorName
        $0.input = inputs
        $0.output = outputs
        $0.attribute = attributes
      })
    return outputs
  }

  /// Makes a graph for a node's attribute.
  ///
  /// - Parameter write: Writes its nodes, which can take any value of this graph, and returns the names of its outputs.
  /// - Returns: The graph.
  mutating func branch(_ write: (inout GraphDraft) -> [String]) -> Onnx_GraphProto {
    let outer = graph
    graph = Onnx_GraphProto()
    let outputs = write(&self)
    var branch = graph
    branch.output = outputs.map { name in .with { $0.name = name } }
    graph = outer
    return branch
  }

  /// The value of a constant that the graph computes from the shape of its images.
  func constant(_ name: String, images: Shape) throws -> Constant {
    let initializers = graph.initializer.map { ($0.name, Constant.stored($0)) }
    var evaluator = GraphEvaluator(
      images: "x", view: View(images), chain: LayerChain(input: images), opset: opset,
      constants: Dictionary(uniqueKeysWithValues: initializers))
    for (index, node) in graph.node.enumerated() { try evaluator.evaluate(node, index: index) }
    return try evaluator.constant(name).decoded()
  }

  /// Adds numbers.
  mutating func floats(_ tensor: Tensor<Float>) -> String { add(Onnx_TensorProto("", tensor)) }

  /// Adds numbers in half precision.
  mutating func halves(_ tensor: Tensor<Float>) -> String {
    add(
      .with {
        $0.dims = tensor.shape.extents.map { Int64($0) }
        $0.dataType = 10
        $0.int32Data = tensor.elements.map { Int32(Float16($0).bitPattern) }
      })
  }

  /// Adds integers, as an initializer or as a `Constant`.
  mutating func integers(_ integers: [Int], asNode: Bool = false, isScalar: Bool = false) -> String {
    let tensor = Onnx_TensorProto.with {
      $0.dims = isScalar ? [] : [Int64(integers.count)]
      $0.dataType = 7
      $0.int64Data = integers.map { Int64($0) }
    }
    guard asNode else { return add(tensor) }
    return node(
      "Constant", [],
      [
        .with {
          $0.name = "value"
          $0.type = 4
          $0.t = tensor
        }
      ])
  }

  /// Adds a node with axes, which are an attribute up to an opset and an input since.
  mutating func node(
    _ operatorName: String, _ input: String, axes: [Int], inputSince opset: Int,
    _ attributes: [Onnx_AttributeProto] = []
  ) -> String {
    guard self.opset < opset else {
      return node(operatorName, [input, integers(axes, asNode: true)], attributes)
    }
    return node(operatorName, [input], attributes + [.integers("axes", axes)])
  }

  /// Writes the model.
  ///
  /// - Parameters:
  ///   - output: The graph's output.
  ///   - path: The file.
  ///   - order: Gives the nodes another order.
  /// - Throws: The errors of writing.
  func write(
    output: String, to path: String, order: ([Onnx_NodeProto]) -> [Onnx_NodeProto] = { $0 }
  ) throws {
    var model = Onnx_ModelProto()
    model.irVersion = 8
    model.opsetImport = [.with { $0.version = Int64(opset) }]
    var graph = graph
    graph.node = order(graph.node)
    graph.output = [
      .with {
        $0.name = output
        $0.type.tensorType.elemType = 1
      }
    ]
    model.graph = graph
    let bytes: [UInt8] = try model.serializedBytes()
    try Data(bytes).write(to: URL(fileURLWithPath: path))
  }

  private mutating func add(_ tensor: Onnx_TensorProto) -> String {
    count += 1
    var tensor = tensor
    tensor.name = "c\(count)"
    graph.initializer.append(tensor)
    return tensor.name
  }
}

extension Onnx_AttributeProto {
  static func integers(_ name: String, _ values: [Int]) -> Onnx_AttributeProto {
    .with {
      $0.name = name
      $0.type = 7
      $0.ints = values.map { Int64($0) }
    }
  }

  static func integer(_ name: String, _ value: Int) -> Onnx_AttributeProto {
    .with {
      $0.name = name
      $0.type = 2
      $0.i = Int64(value)
    }
  }

  static func graph(_ name: String, _ value: Onnx_GraphProto) -> Onnx_AttributeProto {
    .with {
      $0.name = name
      $0.type = 5
      $0.g = value
    }
  }

  static func numbers(_ name: String, _ values: [Float]) -> Onnx_AttributeProto {
    .with {
      $0.name = name
      $0.type = 6
      $0.floats = values
    }
  }

  static func number(_ name: String, _ value: Float) -> Onnx_AttributeProto {
    .with {
      $0.name = name
      $0.type = 1
      $0.f = value
    }
  }

  static func text(_ name: String, _ value: String) -> Onnx_AttributeProto {
    .with {
      $0.name = name
      $0.type = 3
      $0.s = Data(value.utf8)
    }
  }
}
