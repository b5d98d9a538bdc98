import Backends
import Datasets
import Networks
import Tensors
import Training

/// Measures a network after training.
struct RunMeasurement {
  let trainer: Trainer

  /// The number of images for which a channel must be 0 to count as dead.
  private static let imagesLookedAt = 256
  private static let firstWeight = "net.0.0.weight"
  /// The maximum shift of an image, as a fraction of its side.
  private static let shiftedPart = 8

  /// The values of some measures.
  ///
  /// - Parameter measures: The measures.
  /// - Returns: The values, by the measures' names.
  /// - Throws: The errors of the loader and of the network.
  func values(_ measures: [ExerciseMeasure]) throws -> [String: Double] {
    var values: [ExerciseMeasure: Double] = [:]
    values[.accuracy] = trainer.state.history.last?.testAccuracy
    values[.loss] = trainer.state.history.last?.testLoss
    values[.trainingLoss] = trainingLoss
    if measures.contains(.shiftedAccuracy) { values[.shiftedAccuracy] = try shiftedAccuracy() }
    if measures.contains(.deadChannels) || measures.contains(.deadClasses) {
      let activity = try activity()
      let layers = activity.layers.filter { $0.name.hasPrefix(ExerciseVariant.lastBlock) }
      values[.deadChannels] = Self.deadShare(layers)
      values[.deadClasses] = Self.deadShare([activity.classes])
    }
    if measures.contains(.firstGradient) { values[.firstGradient] = try firstGradient() }
    let wanted = values.filter { measures.contains($0.key) }
    return Dictionary(uniqueKeysWithValues: wanted.map { ($0.key.rawValue, $0.value) })
  }

  private var trainingLoss: Double {
    let losses = trainer.state.history.map(\.trainingLoss)
    return losses.reduce(0, +) / Double(max(losses.count, 1))
  }

  private static func deadShare(_ layers: [ChannelActivity.Layer]) -> Double {
    let channels = layers.reduce(0) { $0 + $1.isAlive.count }
    return Double(layers.reduce(0) { $0 + $1.deadCount }) / Double(max(channels, 1))
  }

  private var recipe: Recipe { trainer.state.recipe }

  /// The channels' activity over whole batches, or all images, which the network is prepared for.
  private func activity() throws -> ChannelActivity {
    let activity = ChannelActivity()
    let count = max(Self.imagesLookedAt / recipe.batchSize, 1) * recipe.batchSize
    trainer.network.activationObserver = activity
    defer { trainer.network.activationObserver = nil }
    _ = try evaluate(
      trainer.network, on: trainer.images.training.prefix(count), batchSize: recipe.batchSize)
    return activity
  }

  /// The accuracy on shifted images.
  ///
  /// The shifts depend only on the image, so that they are the same for all networks.
  private func shiftedAccuracy() throws -> Double? {
    guard let test = trainer.images.test else { return nil }
    let shift = ShiftedCrop(padding: max(recipe.imageSize / Self.shiftedPart, 1))
    var score = ClassificationScore()
    let loader = try loader(test, ImageTransforms([shift], seed: 0, epoch: 0))
    while let batch = try loader.next() {
      guard let pixels = batch.images.baseAddress else { continue }
      score += try trainer.network.evaluate(.bytes(pixels), labels: batch.labels)
    }
    return score.accuracy
  }

  /// The norm of the first convolution's gradient, computed without dropout, so that it depends only on the network.
  private func firstGradient() throws -> Double? {
    let images = trainer.images.training.prefix(recipe.batchSize)
    guard let batch = try loader(images, nil).next() else { return nil }
    try trainer.network.computeGradients(batch, context: RunContext())
    let gradient = try trainer.network.gradient(Self.firstWeight, as: Double.self)
    return gradient.elements.reduce(0) { $0 + $1 * $1 }.squareRoot()
  }

  private func loader(_ images: LabeledImages, _ transforms: ImageTransforms?) throws -> BatchLoader {
    try BatchLoader(
      images: images, size: PixelSize(square: recipe.imageSize), batchSize: recipe.batchSize,
      transforms: transforms)
  }
}
