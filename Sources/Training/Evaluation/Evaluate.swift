import Backends
import Datasets
import Networks
import Tensors

/// Classifies all images and compares the predictions with their labels.
///
/// ```swift
/// var matrix = ConfusionMatrix(classes: 10)
/// let score = try evaluate(network, on: images) { matrix.add($0) }
/// ```
///
/// The images may have fewer classes than the network has outputs. Their labels are then its first classes, and a
/// prediction can be any of its classes, so a ``ConfusionMatrix`` needs as many as the network.
///
/// - Parameters:
///   - network: The network; dropout is off.
///   - images: The images, which are resized to the network's size.
///   - resize: The resizing method: as in training, which a checkpoint records.
///   - batchSize: The number of images loaded at a time.
///   - loss: The loss.
///   - didEvaluate: Called with each batch and the network's output.
/// - Returns: The sums over all images.
/// - Throws: `NetworkError` if the number of channels differs from the network's, or the images have more classes than it
///   has outputs; ``NonFiniteLoss`` if a loss is NaN or infinite; the errors of the loader, of the network and of
///   `didEvaluate`.
public func evaluate(
  _ network: Network, on images: LabeledImages, resize: ResizeMethod = .pillow, batchSize: Int = 128,
  loss: Loss = .crossEntropy(labelSmoothing: 0), didEvaluate: (EvaluatedBatch) throws -> Void = { _ in }
) throws -> ClassificationScore {
  try evaluateBatches(
    network, on: images, resize: resize, batchSize: batchSize, loss: loss, shouldStop: { false },
    didEvaluate: didEvaluate
  ).score
}

/// Classifies all images, unless it is stopped, and compares the predictions with their labels.
///
/// - Parameters:
///   - network: The network; dropout is off.
///   - images: The images, which are resized to the network's size.
///   - resize: The resizing method: as in training, which a checkpoint records.
///   - batchSize: The number of images loaded at a time.
///   - loss: The loss.
///   - shouldStop: Called before each batch.
///   - didEvaluate: Called with each batch and the network's output.
/// - Returns: The sums over all images; nil if `shouldStop` returned true.
/// - Throws: As ``evaluate(_:on:resize:batchSize:loss:didEvaluate:)``.
public func evaluate(
  _ network: Network, on images: LabeledImages, resize: ResizeMethod = .pillow, batchSize: Int = 128,
  loss: Loss = .crossEntropy(labelSmoothing: 0), shouldStop: () -> Bool,
  didEvaluate: (EvaluatedBatch) throws -> Void = { _ in }
) throws -> ClassificationScore? {
  let (score, isStopped) = try evaluateBatches(
    network, on: images, resize: resize, batchSize: batchSize, loss: loss, shouldStop: shouldStop,
    didEvaluate: didEvaluate)
  return isStopped ? nil : score
}

private func evaluateBatches(
  _ network: Network, on images: LabeledImages, resize: ResizeMethod, batchSize: Int, loss: Loss,
  shouldStop: () -> Bool, didEvaluate: (EvaluatedBatch) throws -> Void
) throws -> (score: ClassificationScore, isStopped: Bool) {
  try requireChannels(of: images, for: network)
  try requireClasses(of: images, for: network, allowsFewer: true)
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
    if shouldStop() { return (score, true) }
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
  return (score, false)
}

/// A loss that is NaN or infinite.
public struct NonFiniteLoss: Error, CustomStringConvertible {
  /// The location of the batch's first non-finite number; nil if it was not found again.
  public let origin: NonFiniteNumber?
  /// The index of the batch's first image.
  let firstImage: Int
  /// The number of images in the batch.
  let count: Int

  /// The error in one line.
  public var description: String {
    "the loss of images \(firstImage) to \(firstImage + count - 1) is not finite"
      + (origin.map { ": \($0)" } ?? "")
  }
}

extension Network {
  fileprivate func nonFiniteLoss(
    _ pixels: Pixels, labels: UnsafeBufferPointer<Int32>, loss: Loss, firstImage: Int
  ) throws -> NonFiniteLoss {
    NonFiniteLoss(
      origin: try firstNonFinite(pixels, labels: labels, context: RunContext(), loss: loss),
      firstImage: firstImage,
      count: labels.count)
  }

  /// The number of threads that make batches: the backend's number if files have to be decoded, otherwise one.
  func loadingThreads(of images: LabeledImages) -> Int {
    images.areFiles ? min(backend.threads.count, BatchLoader.maximumThreadCount) : 1
  }
}

/// Rejects images that a network cannot take.
///
/// - Throws: `NetworkError` if the number of channels differs.
func requireChannels(of images: LabeledImages, for network: Network) throws {
  guard images.channels == network.image[0] else {
    throw NetworkError.unsuitableInput(
      reason: "the number of channels is \(images.channels); the network takes \(network.image[0])")
  }
}

/// Rejects images whose number of classes differs from the network's, so every label is valid.
///
/// - Parameters:
///   - images: The images.
///   - network: The network.
///   - allowsFewer: Whether the images may have fewer classes than the network.
/// - Throws: `NetworkError` if the number of classes differs, or the network's output is not one number per class.
package func requireClasses(
  of images: LabeledImages, for network: Network, allowsFewer: Bool = false
) throws {
  let (classes, outputs) = (images.classNames.count, try network.classCount())
  guard outputs == classes || allowsFewer && classes < outputs else {
    throw NetworkError.unsuitableInput(
      reason:
        "the images have \(counted(classes, "class")), but the network has \(counted(outputs, "output")); it needs one for "
        + "each class")
  }
}
