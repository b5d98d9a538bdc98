import Layers
import Networks
import Tensors

/// The activations of one layer for one image, a map per channel.
public struct LayerFeatures: Equatable, Sendable {
  /// The layer's name.
  public let layer: String
  /// The layer's kind: `Conv2D`.
  public let kind: String
  /// The maps, in the order of the channels.
  public let maps: [Plane]

  /// Creates the features from known activations.
  ///
  /// - Parameters:
  ///   - layer: The layer's name.
  ///   - kind: The layer's kind.
  ///   - maps: The maps, in the order of the channels.
  public init(layer: String, kind: String, maps: [Plane]) {
    self.layer = layer
    self.kind = kind
    self.maps = maps
  }

  /// Computes the activations.
  ///
  /// - Parameters:
  ///   - layer: The layer, one of the network's model whose output is maps.
  ///   - pixels: The image, C×H×W.
  ///   - network: A network that stores activations.
  /// - Throws: The errors of the backend's library; `NetworkError` if the layer's output is not stored.
  public init(of layer: ResolvedLayer, for pixels: Pixels, by network: Network) throws {
    let outputs = try network.outputs(ofLayers: [layer.name], for: pixels, count: 1)
    self.layer = layer.name
    kind = layer.kind
    maps = Plane.all(of: try outputs.output(ofLayer: layer.name))
  }

  /// Computes the activations of a layer by its name.
  ///
  /// - Parameters:
  ///   - name: The layer's name, `net.2.0`; or that of a block, `net.2`, for the block's last layer.
  ///   - pixels: The image, C×H×W.
  ///   - network: A network that stores activations: `NetworkOptions(keepsActivations: true)`.
  /// - Throws: `NetworkError`, with the names of the layers that have maps, if the layer does not exist or has none, or if
  ///   its output is not stored; the errors of the backend's library.
  public init(of name: String, for pixels: Pixels, by network: Network) throws {
    let layers = try network.model.resolved(for: network.image.batched(1))
    try self.init(of: Self.layer(name, of: layers), for: pixels, by: network)
  }

  /// Finds a layer whose output is maps.
  ///
  /// - Parameters:
  ///   - name: Its name, `net.2.0`; or that of a block, `net.2`, for the block's last layer.
  ///   - layers: The model's layers.
  /// - Returns: The layer.
  /// - Throws: `NetworkError` with the names of the layers that have maps, if it does not exist or has none.
  public static func layer(_ name: String, of layers: [ResolvedLayer]) throws -> ResolvedLayer {
    let names = layers.filter { $0.operation.outputShape.rank == 4 }.map(\.name)
    let withMaps = names.joined(separator: ", ")
    let found = layers.last { $0.name == name || $0.name.hasPrefix(name + ".") }
    guard let found else {
      throw NetworkError.unknownName(
        name, available: names,
        reason: "the network has no layer \(name.quoted); those with maps are \(withMaps)")
    }
    guard found.operation.outputShape.rank == 4 else {
      throw NetworkError.unknownName(
        found.name, available: names,
        reason:
          "\(found.name) (\(found.kind)) gives \(found.operation.outputShape.perImage) values, not maps; "
          + "layers with maps are \(withMaps)")
    }
    return found
  }
}
