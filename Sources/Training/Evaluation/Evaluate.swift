import Backends
import Datasets
import Networks

/// Classifies all images and compares with their labels.
///
/// - Parameters:
///   - network: The network; dropout is off.
///   - images: The images, which are resized to what the network takes.
///   - resize: How they are resized: as in training, which a checkpoint tells.
///   - batchSize: How many images are loaded at a time.
///   - loss: The loss.
///   - shouldStop: Asked after each batch.
///   - didEvaluate: Shown each batch with what the network gave.
/// - Returns: The sums over all images; nil if it was asked to stop.
/// - Throws: ``TrainingError`` if the images have another number of channels than the network takes; ``NonFiniteLoss`` if
///   a loss is NaN or infinite; the errors of the loader and of the network; what `didEvaluate` throws.
public func evaluate(
  _ network: Network, on images: LabeledImages, resize: ResizeMethod = .pillow, batchSize: Int = 128,
  loss: Loss = .crossEntropy(labelSmoothing: 0), shouldStop: () -> Bool = { false },
  didEvaluate: (EvaluatedBatch) throws -> Void = { _ in }
) throws -> ClassificationScore? {
  try requireChannels(of: images, for: network)
  let size = PixelSize(height: network.image[1], width: network.image[2])
  let loader = try BatchLoader(
    images: images, size: size, method: resize, batchSize: batchSize,
    threads: network.loadingThreads(of: images))
  let classes = network.outputShape(1).elementCount
  let logits = UnsafeMutableBufferPointer<Float>.allocate(capacity: batchSize * classes)
  defer { logits.deallocate() }
  logits.initialize(repeating: 0)
  var score = ClassificationScore()
  while let batch = try loader.next() {
    if shouldStop() { return nil }
    guard let pixels = batch.pixels else { continue }
    let output = UnsafeMutableBufferPointer(rebasing: logits[..<(batch.labels.count * classes)])
    let batchScore = try network.evaluate(pixels, labels: batch.labels, loss: loss, into: output)
    if !batchScore.lossSum.isFinite {
      throw try network.nonFiniteLoss(pixels, labels: batch.labels, loss: loss, firstImage: score.count)
    }
    try didEvaluate(
      EvaluatedBatch(
        firstImage: score.count, labels: batch.labels, logits: UnsafeBufferPointer(output), classes: classes,
        score: batchScore))
    score += batchScore
  }
  return score
}

/// A loss that is NaN or infinite.
public struct NonFiniteLoss: Error, CustomStringConvertible {
  /// The first number of the batch that is not finite; nil if it was not found again.
  public let place: NonFiniteNumber?
  /// The first image of the batch.
  let firstImage: Int
  /// The images of the batch.
  let count: Int

  /// What was found, in one line.
  public var description: String {
    "the loss of images \(firstImage) to \(firstImage + count - 1) is not finite"
      + (place.map { ": \($0)" } ?? "")
  }
}

extension Network {
  fileprivate func nonFiniteLoss(
    _ pixels: Pixels, labels: UnsafeBufferPointer<Int32>, loss: Loss, firstImage: Int
  ) throws -> NonFiniteLoss {
    NonFiniteLoss(
      place: try firstNonFinite(pixels, labels: labels, context: RunContext(), loss: loss),
      firstImage: firstImage,
      count: labels.count)
  }

  /// How many threads make batches: as many as compute where files have to be decoded, otherwise one.
  func loadingThreads(of images: LabeledImages) -> Int {
    images.areFiles ? min(backend.threads.count, BatchLoader.largestThreadCount) : 1
  }
}

/// Refuses images that a network cannot take.
///
/// - Throws: ``TrainingError`` if they have another number of channels.
func requireChannels(of images: LabeledImages, for network: Network) throws {
  guard images.channels == network.image[0] else {
    throw TrainingError(
      "the images have \(images.channels) channel(s), and the network takes \(network.image[0])")
  }
}
