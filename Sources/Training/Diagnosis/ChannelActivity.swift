import Networks
import Tensors

/// The channels of each layer that are 0 for all images of a sample.
///
/// It is the network's `activationObserver` while the sample is computed.
package final class ChannelActivity: ActivationObserver {
  /// The channels of a layer.
  package struct Layer {
    /// The layer's name; empty for the network's output.
    package let name: String
    /// Whether each channel was nonzero anywhere.
    package internal(set) var isAlive: [Bool]

    /// The number of channels that were 0 everywhere.
    package var deadCount: Int { isAlive.count { !$0 } }
  }

  /// The layers whose outputs were seen, in the order in which they run.
  package private(set) var layers: [Layer] = []
  /// The network's output, one channel per class.
  package private(set) var classes = Layer(name: "", isAlive: [])
  /// The number of images seen.
  package private(set) var images = 0

  /// Starts with no images.
  package init() {}

  /// Records the nonzero channels of a layer.
  package func observe(_ output: Tensor<Double>, ofLayer name: String) {
    guard output.shape.rank >= 2 else { return }
    let index = layers.firstIndex { $0.name == name } ?? layers.count
    if index == layers.count { layers.append(Layer(name: name, isAlive: [])) }
    note(output, in: &layers[index])
  }

  /// Records the classes with nonzero scores, and counts the images.
  package func observe(networkOutput output: Tensor<Double>) {
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
  /// A layer is skipped once all its channels are known to be alive, usually after the first part.
  package func observes(layer name: String) -> Bool {
    layers.first { $0.name == name }.map { $0.deadCount > 0 } ?? true
  }

  /// The minimum number of images for a channel that is 0 on all of them to count as dead.
  static let minimumImages = 16
  /// The share of the training images that is sampled, within limits; it takes far less than 1 % of an epoch.
  private static let share = 1.0 / 300
  private static let limits = 32...64

  /// Samples some of the training images, without dropout.
  ///
  /// They are parts of one batch, so no additional kernels have to be prepared.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - images: The training images.
  ///   - recipe: The recipe, for the resizing and the batch size.
  /// - Returns: The layers' activity.
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

  /// The number of images to sample.
  ///
  /// - Parameters:
  ///   - trainingCount: The number of images in an epoch.
  ///   - microBatch: The number computed at a time.
  ///   - batchSize: The number in a batch.
  /// - Returns: Whole parts of a batch, at most the batch.
  static func imageCount(of trainingCount: Int, microBatch: Int, batchSize: Int) -> Int {
    let wanted = min(max(Int(Double(trainingCount) * share), limits.lowerBound), limits.upperBound)
    return min((wanted + microBatch - 1) / microBatch * microBatch, batchSize)
  }
}
