import Layers
import Operations
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension ResolvedLayer {
  /// Whether the layer is an average pooling with dilation.
  var isDilatedMean: Bool {
    if case .averagePooling(let geometry, _) = operation { geometry.window.dilation != 1 } else { false }
  }

  /// Constants of the operator that are not parameters.
  var constants: [Onnx_TensorProto] {
    guard case .dropout(_, let probability) = operation else { return [] }
    return [Onnx_TensorProto("\(name).ratio", Tensor(shape: [], elements: [Float(probability)]))]
  }

  /// The layer as a node that takes a value of the graph, without parameters and constants.
  ///
  /// - Throws: ``ONNXError`` for a fused activation, which models do not have.
  func node(input: String) throws -> Onnx_NodeProto {
    var node = Onnx_NodeProto()
    node.name = name
    node.input = [input]
    node.output = ["\(name).output"]
    switch operation {
    case .convolution(let geometry, activation: nil):
      node.opType = "Conv"
      node.attribute = geometry.window.attributes + [.integer("group", geometry.groups)]
    case .convolution:
      throw ONNXError("\(name) has a fused activation; make it a layer")
    case .dense:
      node.opType = "Gemm"
      node.attribute = [.integer("transB", 1)]
    case .batchNormalization(let geometry):
      node.opType = "BatchNormalization"
      node.attribute = [
        .number("epsilon", Float(geometry.epsilon)), .number("momentum", Float(1 - geometry.momentum)),
      ]
    case .maxPooling(let geometry):
      node.opType = "MaxPool"
      node.attribute = geometry.window.attributes + [.flag("ceil_mode", geometry.roundsUp)]
    case .averagePooling where kind == GlobalAvgPool2D.kind:
      node.opType = "GlobalAveragePool"
    case .averagePooling(let geometry, let countsPadding):
      node.opType = "AveragePool"
      node.attribute =
        geometry.window.attributes.filter { isDilatedMean || $0.name != "dilations" }
        + [.flag("ceil_mode", geometry.roundsUp), .flag("count_include_pad", countsPadding)]
    case .relu:
      node.opType = "Relu"
    case .sigmoid:
      node.opType = "Sigmoid"
    case .dropout:
      node.opType = "Dropout"
    case .flatten:
      node.opType = "Flatten"
      node.attribute = [.integer("axis", 1)]
    case .softmax(let geometry):
      node.opType = "Softmax"
      node.attribute = [.integer("axis", geometry.axis)]
    }
    return node
  }
}

extension SlidingWindow {
  /// The attributes of the window.
  fileprivate var attributes: [Onnx_AttributeProto] {
    [
      .integers("kernel_shape", [kernel.height, kernel.width]),
      .integers("strides", [stride.height, stride.width]),
      .integers("pads", [padding.top, padding.left, padding.bottom, padding.right]),
      .integers("dilations", [dilation.height, dilation.width]),
    ]
  }
}

extension Onnx_AttributeProto {
  fileprivate static func integer(_ name: String, _ value: Int) -> Onnx_AttributeProto {
    .with {
      $0.name = name
      $0.type = Attributes.Kind.integer.rawValue
      $0.i = Int64(value)
    }
  }

  fileprivate static func number(_ name: String, _ value: Float) -> Onnx_AttributeProto {
    .with {
      $0.name = name
      $0.type = Attributes.Kind.float.rawValue
      $0.f = value
    }
  }

  fileprivate static func flag(_ name: String, _ value: Bool) -> Onnx_AttributeProto {
    integer(name, value ? 1 : 0)
  }

  fileprivate static func integers(_ name: String, _ values: [Int]) -> Onnx_AttributeProto {
    .with {
      $0.name = name
      $0.type = Attributes.Kind.integers.rawValue
      $0.ints = values.map(Int64.init)
    }
  }
}
