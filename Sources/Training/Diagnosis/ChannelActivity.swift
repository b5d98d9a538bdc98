import Networks
import Tensors

/// Which channels of each layer are 0 on all images that a network is shown.
///
/// It is the network's `activationObserver` while the images are shown.
public final class ChannelActivity: ActivationObserver {
  /// The channels of a layer.
  public struct Layer {
    /// The layer's name; of the network's output it is empty.
    public let name: String
    /// Whether each channel has been other than 0 anywhere.
    public internal(set) var isAlive: [Bool]

    /// How many channels have been 0 everywhere.
    public var deadCount: Int { isAlive.count { !$0 } }
  }

  /// The layers whose outputs were seen, in the order in which they run.
  public private(set) var layers: [Layer] = []
  /// The network's output, a channel a class.
  public private(set) var classes = Layer(name: "", isAlive: [])
  /// How many images were seen.
  public private(set) var images = 0

  /// Nothing has been seen.
  public init() {}

  /// Notes which channels of a layer are other than 0.
  public func observe(_ output: Tensor<Double>, ofLayer name: String) {
    guard output.shape.rank >= 2 else { return }
    let index = layers.firstIndex { $0.name == name } ?? layers.count
    if index == layers.count { layers.append(Layer(name: name, isAlive: [])) }
    note(output, in: &layers[index])
  }

  /// Notes which classes' scores are other than 0, and counts the images.
  public func observe(networkOutput output: Tensor<Double>) {
    guard output.shape.rank >= 2 else { return }
    images += output.shape[0]
    note(output, in: &classes)
  }

  private func note(_ output: Tensor<Double>, in layer: inout Layer) {
    let channels = output.shape[1]
    if layer.isAlive.isEmpty { layer.isAlive = Array(repeating: false, count: channels) }
    let plane = output.elements.count / max(output.shape[0] * channels, 1)
    for index in 0..<output.shape[0] * channels where !layer.isAlive[index % channels] {
      layer.isAlive[index % channels] = output.elements[index * plane..<(index + 1) * plane]
        .contains { $0 != 0 }
    }
  }
}

extension ChannelActivity {
  private static let imagesLookedAt = 64

  /// Looks at some of the images that a network is trained on, dropout off: as many as are computed without preparing
  /// anything more.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - images: The training images.
  ///   - recipe: How they are resized, and the size of a batch.
  /// - Returns: What the layers give.
  /// - Throws: The errors of the loader and of the network.
  static func look(at network: Network, on images: TrainingImages, _ recipe: Recipe) throws -> ChannelActivity
  {
    let activity = ChannelActivity()
    let parts = max(imagesLookedAt / network.microBatch, 1)
    let count = min(parts * network.microBatch, recipe.batchSize)
    let earlier = network.activationObserver
    network.activationObserver = activity
    defer { network.activationObserver = earlier }
    _ = try evaluate(
      network, on: images.training.prefix(count), resize: recipe.resize, batchSize: recipe.batchSize)
    return activity
  }
}
