import Layers
import Networks
import Tensors

/// The activations of one layer for one image, a map for each channel.
public struct LayerFeatures: Equatable, Sendable {
  /// The layer's name.
  public let layer: String
  /// The layer's kind: `Conv2D`.
  public let kind: String
  /// The maps, in the order of the channels.
  public let maps: [Plane]

  /// Takes activations.
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
  ///   - layer: The layer, one of the network's model whose output are maps.
  ///   - pixels: The image, C×H×W.
  ///   - network: A network that keeps activations.
  /// - Throws: What the backend's library refuses; `NetworkError` if the layer's output is not stored.
  public init(of layer: ResolvedLayer, for pixels: Pixels, by network: Network) throws {
    let outputs = try network.outputs(ofLayers: [layer.name], for: pixels, count: 1)
    self.layer = layer.name
    kind = layer.kind
    maps = Plane.all(of: try outputs.output(ofLayer: layer.name))
  }

  /// Finds a layer whose output are maps.
  ///
  /// - Parameters:
  ///   - name: Its name, `net.2.0`; or that of a block, `net.2`, for the block's last layer.
  ///   - layers: The model's layers.
  /// - Returns: The layer.
  /// - Throws: `NetworkError` with the names of the layers that have maps, if it does not exist or is not one of them.
  public static func layer(_ name: String, of layers: [ResolvedLayer]) throws -> ResolvedLayer {
    let withMaps = layers.filter { $0.operation.outputShape.rank == 4 }.map(\.name).joined(separator: ", ")
    let found = layers.last { $0.name == name || $0.name.hasPrefix(name + ".") }
    guard let found else {
      throw NetworkError("the network has no layer '\(name)'; those with maps are \(withMaps)")
    }
    guard found.operation.outputShape.rank == 4 else {
      throw NetworkError(
        "\(found.name) (\(found.kind)) gives \(found.operation.outputShape.perImage) numbers and no maps; "
          + "layers with maps are \(withMaps)")
    }
    return found
  }
}

/// The activations of one layer as two backends compute them.
public struct FeatureComparison: Equatable, Sendable {
  /// The first backend's.
  public let first: LayerFeatures
  /// The second backend's.
  public let second: LayerFeatures
  /// The first less the second, map by map.
  public let differences: [Plane]

  /// Compares the activations of the same layer.
  ///
  /// - Parameters:
  ///   - first: The first backend's.
  ///   - second: The second backend's.
  /// - Precondition: They have the same number of maps of the same size.
  public init(_ first: LayerFeatures, _ second: LayerFeatures) {
    precondition(first.maps.count == second.maps.count, "features of different layers")
    self.first = first
    self.second = second
    differences = zip(first.maps, second.maps).map { $0.minus($1) }
  }

  /// Whether all differences are finite numbers.
  public var areFinite: Bool { differences.allSatisfy { $0.values.allSatisfy(\.isFinite) } }

  /// The largest absolute difference; 0 where the backends agree.
  public var largestDifference: Double { differences.map(\.largestMagnitude).max() ?? 0 }

  /// The largest absolute activation of both.
  public var largestActivation: Double {
    (first.maps + second.maps).map(\.largestMagnitude).max() ?? 0
  }

  /// How many times larger the difference is drawn than the activations; nil if there is no difference.
  public var magnification: Double? {
    largestDifference > 0 ? largestActivation / largestDifference : nil
  }
}
