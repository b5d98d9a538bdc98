import Layers
import Operations
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Builds a model in ONNX layer by layer.
struct ModelWriter {
  /// Opset 17 belongs to version 8 of the format; dilated average pooling needs opset 19, of version 9.
  private static let defaultVersions = (opset: Int64(17), format: Int64(8))
  private static let versionsWithDilatedMeans = (opset: Int64(19), format: Int64(9))

  private static let inputName = "input"
  private static let outputName = "logits"

  /// The model.
  private(set) var model = Onnx_ModelProto()

  /// - Throws: ``ONNXError`` for a layer that cannot be expressed in ONNX; the errors of `parameters`.
  init(
    _ layers: [ResolvedLayer], image: Shape, preparation: ImagePreparation?,
    parameters: (_ name: String) throws -> Tensor<Float>
  ) throws {
    let versions =
      layers.contains(where: \.isDilatedMean) ? Self.versionsWithDilatedMeans : Self.defaultVersions
    model.irVersion = versions.format
    model.producerName = "network-in-network"
    model.producerVersion = "1"
    model.opsetImport = [.with { $0.version = versions.opset }]
    model.metadataProps = try preparation?.metadata() ?? []
    var graph = Onnx_GraphProto()
    graph.name = "net"
    graph.input = [Self.value(Self.inputName, image)]
    let output = layers.last?.operation.outputShape ?? image.batched(1)
    graph.output = [Self.value(Self.outputName, output.perImage)]
    var previous = Self.inputName
    for (index, layer) in layers.enumerated() {
      var node = try layer.node(input: previous)
      if index == layers.count - 1 { node.output[0] = Self.outputName }
      graph.initializer += layer.constants
      for parameter in layer.operation.parameters {
        let name = layer.parameterName(parameter)
        node.input.append(name)
        graph.initializer.append(Onnx_TensorProto(name, try parameters(name)))
      }
      for state in layer.operation.state where !state.isCount {
        let name = state.name(ofLayer: layer.name)
        node.input.append(name)
        graph.initializer.append(Onnx_TensorProto(name, try parameters(name)))
      }
      node.input += layer.constants.map(\.name)
      previous = node.output[0]
      graph.node.append(node)
    }
    model.graph = graph
  }

  private static func value(_ name: String, _ image: Shape) -> Onnx_ValueInfoProto {
    .with { value in
      value.name = name
      value.type.tensorType.elemType = DataType.float.rawValue
      value.type.tensorType.shape.dim = [.with { $0.dimParam = "N" }]
      value.type.tensorType.shape.dim += image.extents.map { extent in .with { $0.dimValue = Int64(extent) } }
    }
  }
}

extension Onnx_TensorProto {
  /// Numbers in float32.
  init(_ name: String, _ tensor: Tensor<Float>) {
    self.name = name
    dims = tensor.shape.extents.map(Int64.init)
    dataType = DataType.float.rawValue
    // Every supported machine is little-endian, as the format is.
    rawData = tensor.elements.withUnsafeBytes { Data($0) }
  }
}
