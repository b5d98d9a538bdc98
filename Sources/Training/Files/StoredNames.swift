import Layers
import Tensors

/// The names that a file gives to the tensors of a network that it describes.
///
/// PyTorch's wrappers put prefixes before the names, and a bare `nn.Sequential` leaves `net.` out; either happens to files
/// that keep the metadata of a checkpoint, too.
struct StoredNames {
  /// The prefix of the network's names that the file's lack.
  let namePrefix: String
  /// The prefix of the file's names that the network's lack.
  let wrapperPrefix: String

  /// Finds the prefixes with which the file has most of the network's names.
  ///
  /// - Parameters:
  ///   - names: The file's names.
  ///   - expected: The network's parameters.
  init(_ names: [String], expected: [(name: String, shape: Shape)]) {
    let given = Set(names)
    let wrappers = ["", InferredModel.wrapperPrefix(of: names)] + InferredModel.commonPrefixes(of: names)
    var best = (count: -1, wrapper: "", prefix: "")
    for wrapper in wrappers {
      for prefix in ["", "net."] {
        let count = expected.count {
          $0.name.hasPrefix(prefix) && given.contains(wrapper + $0.name.dropFirst(prefix.count))
        }
        if count > best.count { best = (count, wrapper, prefix) }
      }
    }
    namePrefix = best.prefix
    wrapperPrefix = best.wrapper
  }

  /// The parameters and the state of a network.
  ///
  /// - Throws: `LayerError` if images of the shape do not fit it.
  static func tensors(of description: CheckpointDescription) throws -> [(name: String, shape: Shape)] {
    try description.model.resolved(for: description.image.batched(1)).flatMap { layer in
      layer.operation.parameters.map { (layer.parameterName($0), $0.shape) }
        + layer.operation.state.map { ($0.name(ofLayer: layer.name), $0.shape) }
    }
  }

  /// The parameters of a network; none if images of the shape do not fit it.
  static func parameters(of description: CheckpointDescription) -> [(name: String, shape: Shape)] {
    let image = description.image
    guard image.rank == 3, image.extents.allSatisfy({ $0 > 0 }), image.isCountable,
      let layers = try? description.model.resolved(for: image.batched(1))
    else { return [] }
    return layers.flatMap { layer in
      layer.operation.parameters.map { (layer.parameterName($0), $0.shape) }
    }
  }
}
