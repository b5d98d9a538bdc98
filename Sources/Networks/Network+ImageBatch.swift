import Backends
import Tensors

/// Passes over images in arrays.
extension Network {
  /// Computes the output for some images, without dropout.
  ///
  /// - Parameter images: The images; any number of them.
  /// - Returns: The output, plain: N×classes logits for a classifier.
  /// - Throws: ``NetworkError`` if the images do not have the network's shape, or a parameter has no values.
  public func predict(_ images: ImageBatch) throws -> Tensor<Float> {
    try requireImages(images.shape)
    return try images.withPixels { try predict($0, count: images.shape[0]) }
      ?? Tensor(shape: outputShape(0), elements: [])
  }

  /// Computes the loss of a batch and how many images were classified correctly, without dropout.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - labels: The class of each.
  ///   - loss: The loss.
  /// - Returns: The sums over the batch.
  /// - Throws: ``NetworkError`` if the images do not have the network's shape or the number of labels differs from
  ///   theirs; otherwise as ``evaluate(_:labels:loss:into:)``.
  public func evaluate(
    _ images: ImageBatch, labels: [Int32], loss: Loss = .crossEntropy(labelSmoothing: 0)
  ) throws -> ClassificationScore {
    try withPixels(of: images, labels) { try evaluate($0, labels: $1, loss: loss) }
  }

  /// Computes the gradient of the mean loss over a batch with respect to every parameter.
  ///
  /// - Parameters:
  ///   - images: The images.
  ///   - labels: The class of each.
  ///   - context: Training or prediction mode, and the seed and step of dropout's masks.
  ///   - loss: The loss.
  /// - Returns: The sums over the batch.
  /// - Throws: ``NetworkError`` if the images do not have the network's shape or the number of labels differs from
  ///   theirs; otherwise as ``computeGradients(_:labels:context:loss:into:)``.
  @discardableResult
  public func computeGradients(
    _ images: ImageBatch, labels: [Int32], context: RunContext,
    loss: Loss = .crossEntropy(labelSmoothing: 0)
  ) throws -> ClassificationScore {
    try withPixels(of: images, labels) {
      try computeGradients($0, labels: $1, context: context, loss: loss)
    }
  }

  private func withPixels(
    of images: ImageBatch, _ labels: [Int32],
    _ body: (Pixels, UnsafeBufferPointer<Int32>) throws -> ClassificationScore
  ) throws -> ClassificationScore {
    try requireImages(images.shape)
    guard labels.count == images.shape[0] else {
      throw NetworkError.unsuitableInput(
        reason:
          "\(counted(images.shape[0], "image")) and \(counted(labels.count, "label")) were given; each image needs a label"
      )
    }
    return try labels.withUnsafeBufferPointer { labels in
      try images.withPixels { try body($0, labels) } ?? ClassificationScore()
    }
  }
}
