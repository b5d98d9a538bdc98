import Layers
import Networks
import Operations
import Tensors

/// The linear head of a network that computes class scores from the last maps, so that each class has a map.
///
/// Sources: Lin, Chen and Yan 2013, section 3.2, for global average pooling; Zhou, Khosla, Lapedriza, Oliva and
/// Torralba 2016, *Learning Deep Features for Discriminative Localization*, for a fully connected layer after it.
public struct ClassMapHead: Equatable, Sendable {
  /// The operation on the last maps.
  public enum Rule: Equatable, Sendable {
    /// The mean of each map; the maps are those of the classes.
    case mean
    /// A fully connected layer over the means of the maps: a class's map is the sum of all maps with the layer's
    /// weights.
    case weightedMeans
    /// A fully connected layer over all elements of the maps: the same sum, with a weight per element.
    case weightedElements
  }

  /// The layer whose output is the last maps.
  public let layer: String
  /// The shape of the last maps, C×H×W.
  public let shape: Shape
  /// The number of classes.
  public let classes: Int
  /// The operation on the last maps.
  public let rule: Rule
  /// The fully connected layer's weight and bias, by name; empty for the mean.
  public let parameters: [String]
  /// Whether the network's output is probabilities rather than scores.
  let givesProbabilities: Bool

  /// Finds the head of a network.
  ///
  /// - Parameter network: The network.
  /// - Throws: `NetworkError` if its classes have no maps; the error names the kinds of networks that have them.
  public init(of network: Network) throws {
    try self.init(network.model.resolved(for: network.image.batched(1)))
  }

  /// Finds the head of a model.
  ///
  /// - Parameter layers: The model's layers.
  /// - Throws: `NetworkError` as ``init(of:)``.
  public init(_ layers: [ResolvedLayer]) throws {
    var rest = layers[...]
    var givesProbabilities = false
    if rest.last?.operation.kind == .softmax {
      rest.removeLast()
      givesProbabilities = true
    }
    Self.removeReshaping(&rest)
    var dense: ResolvedLayer?
    if rest.last?.operation.kind == .dense {
      dense = rest.popLast()
      Self.removeReshaping(&rest)
    }
    let isPooled = rest.last.map { Self.isGlobalMean($0.operation) } ?? false
    if isPooled { rest.removeLast() }
    guard isPooled || dense != nil, let source = rest.last, source.operation.outputShape.rank == 4 else {
      throw Self.error(layers)
    }
    layer = source.name
    shape = source.operation.outputShape.perImage
    rule = dense == nil ? .mean : isPooled ? .weightedMeans : .weightedElements
    classes = dense?.operation.outputShape[1] ?? shape[0]
    parameters = dense.map { dense in dense.operation.parameters.map(dense.parameterName) } ?? []
    self.givesProbabilities = givesProbabilities
  }

  /// Removes the last layers that do not change numbers in prediction.
  private static func removeReshaping(_ layers: inout ArraySlice<ResolvedLayer>) {
    while let kind = layers.last?.operation.kind, kind == .flatten || kind == .dropout { layers.removeLast() }
  }

  private static func isGlobalMean(_ operation: TensorOperation) -> Bool {
    guard case .averagePooling(let geometry, _) = operation else { return false }
    return geometry.window.kernel == geometry.input && geometry.window.padding == .zero
      && geometry.output.area == 1
  }

  private static func error(_ layers: [ResolvedLayer]) -> NetworkError {
    let end = layers.lastIndex { layer in layer.operation.outputShape.rank == 4 } ?? -1
    let head = layers[(end + 1)...].map { "\($0.name) \($0.kind)" }.joined(separator: ", ")
    let reason =
      end < 0
      ? "it has no feature maps" : "its last maps, those of \(layers[end].name), are followed by \(head)"
    return NetworkError.unsuitableModel(
      reason:
        "the network has no class confidence maps: \(reason); networks that end in global average pooling, in one Dense "
        + "layer, or in both have them")
  }
}
