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

  /// The place of the last layer that is computed within, and how many are.
  fileprivate var layers: (last: Int, count: Int) {
    fusedName == nil ? (layerIndex, 1) : (layerIndex + 1, 2)
  }
}

/// The layer of the model whose output each stage gives; nil where layers change places and an earlier one is
/// still to come.
func completedLayers(_ stages: [Stage]) -> [String?] {
  var done = 0
  var last = (place: -1, name: "")
  return stages.map { stage in
    done += stage.layers.count
    if stage.layers.last > last.place { last = (stage.layers.last, stage.outputName) }
    return last.place == done - 1 ? last.name : nil
  }
}

/// Turns layers into stages: a ReLU that directly follows is fused where the backend declares that it can.
func fuse(_ layers: [LoweredLayer], on backend: any Backend) -> [Stage] {
  var stages: [Stage] = []
  for layer in rectifyingAfterPooling(unfused(layers)) {
    if case .relu = layer.operation, let last = stages.last, last.fusedName == nil,
      case .convolution(let geometry, activation: nil) = last.operation,
      backend.canFuse(.relu, into: last.operation)
    {
      stages[stages.count - 1] = Stage(
        name: last.name, fusedName: layer.name, operation: .convolution(geometry, activation: .relu),
        layerIndex: last.layerIndex)
    } else {
      stages.append(layer)
    }
  }
  return stages
}

/// Turns each layer into a stage of its own.
func unfused(_ layers: [LoweredLayer]) -> [Stage] {
  layers.enumerated().map { index, layer in
    Stage(name: layer.name, fusedName: nil, operation: layer.operation, layerIndex: index)
  }
}

/// Puts a ReLU behind the max pooling that follows it, where it has a fraction of the elements to do.
///
/// Both keep the order of numbers, so max(relu(x)) = relu(max(x)), NaN included. The gradients are the same as
/// well: a window whose largest element is positive has the same winner either way, and of any other the gradient
/// is 0.
private func rectifyingAfterPooling(_ stages: [Stage]) -> [Stage] {
  var stages = stages
  for index in stages.indices.dropLast() {
    let (rectifier, pooling) = (stages[index], stages[index + 1])
    guard case .relu = rectifier.operation, case .maxPooling = pooling.operation else { continue }
    stages[index] = pooling
    stages[index + 1] = Stage(
      name: rectifier.name, fusedName: nil, operation: .relu(pooling.operation.outputShape),
      layerIndex: rectifier.layerIndex)
  }
  return stages
}
