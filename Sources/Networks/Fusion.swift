import Backends
import Layers
import Operations

/// One operation that a network runs: a layer, or a layer with the activation that follows it.
struct Stage {
  /// The layer's dotted name.
  let name: String
  /// The name of the activation layer that is computed within, if any; its output is the stage's.
  let fusedName: String?
  /// What is computed.
  let operation: Operation
  /// The first layer's place among all layers that compute.
  let layerIndex: Int

  /// The name of the layer whose output this stage gives.
  var outputName: String { fusedName ?? name }
}

/// Turns layers into stages: a ReLU that directly follows is fused where the backend declares that it can.
func fuse(_ layers: [LoweredLayer], on backend: any Backend) -> [Stage] {
  var stages: [Stage] = []
  var index = 0
  while index < layers.count {
    let layer = layers[index]
    let next = index + 1 < layers.count ? layers[index + 1] : nil
    if case .convolution(let geometry, activation: nil) = layer.operation, let next,
      case .relu = next.operation, backend.canFuse(.relu, into: layer.operation)
    {
      stages.append(
        Stage(
          name: layer.name, fusedName: next.name, operation: .convolution(geometry, activation: .relu),
          layerIndex: index))
      index += 2
    } else {
      stages.append(Stage(name: layer.name, fusedName: nil, operation: layer.operation, layerIndex: index))
      index += 1
    }
  }
  return stages
}
