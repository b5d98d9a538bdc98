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
  /// No layer is looked at again once all its channels are known to be alive, which is usually after the first part.
  public func observes(layer name: String) -> Bool {
    layers.first { $0.name == name }.map { $0.deadCount > 0 } ?? true
  }

  /// Images from which on a channel that is 0 on all of them counts as dead.
  static let fewestImages = 16
  /// The share of the training images that is looked at, within limits: a forward pass of so few takes far less than 1 % of an
  /// epoch.
  private static let share = 1.0 / 300
  private static let limits = 32...64

  /// Looks at some of the images that a network is trained on, dropout off.
  ///
  /// They are parts of one batch, so that no kernels have to be prepared for them.
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
    let earlier = network.activationObserver
    network.activationObserver = activity
    defer { network.activationObserver = earlier }
    let count = imageCount(
      of: images.training.count, microBatch: network.microBatch, batchSize: recipe.batchSize)
    _ = try evaluate(
      network, on: images.training.prefix(count), resize: recipe.resize, batchSize: recipe.batchSize)
    return activity
  }

  /// How many images are looked at.
  ///
  /// - Parameters:
  ///   - trainingCount: How many images an epoch has.
  ///   - microBatch: How many are computed at a time.
  ///   - batchSize: How many a batch has.
  /// - Returns: Whole parts of a batch, at most the batch.
  static func imageCount(of trainingCount: Int, microBatch: Int, batchSize: Int) -> Int {
    let wanted = min(max(Int(Double(trainingCount) * share), limits.lowerBound), limits.upperBound)
    return min((wanted + microBatch - 1) / microBatch * microBatch, batchSize)
  }
}
