import Backends
import Datasets
import Networks

/// Passes over the batches of a `BatchLoader`, for custom training loops; nothing is allocated.
///
/// ```swift
/// var step = 0
/// while let batch = try loader.next() {
///   let context = RunContext(isTraining: true, seed: 0, step: step)
///   let score = try network.computeGradients(batch, context: context)
///   try network.update(.gradientDescent(rule), step: step)
///   step += 1
/// }
/// ```
extension Network {
  /// Computes the loss of a batch and how many images were classified correctly, without dropout.
  ///
  /// - Parameters:
  ///   - batch: The batch.
  ///   - loss: The loss.
  /// - Returns: The sums over the batch.
  /// - Throws: `NetworkError` if the images do not have the network's shape or a label is not one of its classes.
  public func evaluate(
    _ batch: LabeledBatch, loss: Loss = .crossEntropy(labelSmoothing: 0)
  ) throws -> ClassificationScore {
    try requireImages(batch.shape)
    guard let pixels = batch.pixels else { return ClassificationScore() }
    return try evaluate(pixels, labels: batch.labels, loss: loss)
  }

  /// Computes the gradient of the mean loss over a batch with respect to every parameter.
  ///
  /// - Parameters:
  ///   - batch: The batch.
  ///   - context: Training or prediction mode, and the seed and step of dropout's masks.
  ///   - loss: The loss.
  /// - Returns: The sums over the batch.
  /// - Throws: `NetworkError` if the network was not prepared for training, the images do not have its shape, or a
  ///   label is not one of its classes.
  @discardableResult
  public func computeGradients(
    _ batch: LabeledBatch, context: RunContext, loss: Loss = .crossEntropy(labelSmoothing: 0)
  ) throws -> ClassificationScore {
    try requireImages(batch.shape)
    guard let pixels = batch.pixels else { return ClassificationScore() }
    return try computeGradients(pixels, labels: batch.labels, context: context, loss: loss)
  }
}
