import Backends
import Operations
import Tensors

extension Network {
  /// Computes the loss of a batch and how many images were classified correctly, without dropout.
  ///
  /// - Parameters:
  ///   - pixels: The images, N×C×H×W.
  ///   - labels: Their classes.
  ///   - loss: The loss.
  ///   - output: The memory for the logits, N×classes, if requested.
  /// - Returns: The sums over the batch.
  /// - Throws: ``NetworkError`` if a parameter has no values, the network is not a classifier, a label is not one of its classes, or the label
  ///   smoothing is not between 0 and 1.
  /// - Precondition: The output has the right number of elements.
  public func evaluate(
    _ pixels: Pixels, labels: UnsafeBufferPointer<Int32>, loss: Loss = .crossEntropy(labelSmoothing: 0),
    into output: UnsafeMutableBufferPointer<Float>? = nil
  ) throws -> ClassificationScore {
    try checkClassifier(labels, loss)
    requireSize(of: output, count: labels.count)
    return try run(
      BatchWork(
        pixels: pixels, count: labels.count, labels: labels.baseAddress, loss: loss,
        output: output?.baseAddress))
  }

  /// Computes the gradient of the mean loss over a batch with respect to every parameter.
  ///
  /// - Parameters:
  ///   - pixels: The images, N×C×H×W.
  ///   - labels: Their classes.
  ///   - context: Training or prediction mode, and the seed and step of dropout's masks.
  ///   - loss: The loss.
  ///   - output: The memory for the logits, N×classes, if requested.
  /// - Returns: The sums over the batch.
  /// - Throws: ``NetworkError`` if the network was not prepared for training, a parameter has no values, a label is not one of its classes, or the
  ///   label smoothing is not between 0 and 1.
  /// - Precondition: The output has the right number of elements.
  @discardableResult
  public func computeGradients(
    _ pixels: Pixels, labels: UnsafeBufferPointer<Int32>, context: RunContext,
    loss: Loss = .crossEntropy(labelSmoothing: 0), into output: UnsafeMutableBufferPointer<Float>? = nil
  ) throws -> ClassificationScore {
    _ = try requireTraining()
    try checkClassifier(labels, loss)
    requireSize(of: output, count: labels.count)
    if context.isTraining { try requireStatistics(count: labels.count) }
    return try run(
      BatchWork(
        pixels: pixels, count: labels.count, context: context, labels: labels.baseAddress, loss: loss,
        computesGradients: true, output: output?.baseAddress))
  }

  /// Updates the parameters with the gradients that were computed last; frozen ones are unchanged.
  ///
  /// A rule that keeps values from step to step, as momentum and AdamW do, needs a network that was prepared with them:
  /// `NetworkOptions(batchSizes: [64], isTraining: true, optimizerSlots: rule.slots)`.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - step: The number of updates made before.
  ///   - maximumNorm: The L2 norm that all gradients together are clipped to, as with PyTorch's `clip_grad_norm_`; nil
  ///     for no limit.
  /// - Returns: The L2 norm of all gradients before clipping; nil if there is no limit, since it was not computed. If
  ///   it is not finite, the parameters have not changed.
  /// - Throws: ``NetworkError`` if the network was not prepared for training, if no gradients have been computed, if it
  ///   was prepared without the rule's slots, if the parameters are exchanged with their averages, if the rule's hyperparameters are invalid, or if the
  ///   system does not allow the process this many threads.
  @discardableResult
  public func update(_ rule: UpdateRule, step: Int, maximumNorm: Double? = nil) throws -> Double? {
    let parameterUpdate = try requireTraining()
    guard step >= 0 else {
      throw NetworkError.invalidArgument(
        name: "step", reason: "the number of previous updates is \(step); it must be at least 0")
    }
    try requireComputedGradients()
    guard !store.isExchanged else {
      throw NetworkError.notPrepared(
        reason: "the parameters are exchanged with their averages; exchange them back before an update")
    }
    return try LaneProfile(profile).measure(.update) {
      let norm = try maximumNorm.map { _ in try parameterUpdate.gradientNorm() }
      if let norm, !norm.isFinite { return norm }
      let scale = maximumNorm.flatMap { limit in norm.map { min(1, limit / ($0 + 1e-6)) } } ?? 1
      try parameterUpdate.run(rule, number: step + 1, gradientScale: scale)
      return norm
    }
  }

  /// Updates the parameters by gradient descent, which does not depend on the number of earlier updates.
  ///
  /// - Parameters:
  ///   - rule: The rule of stochastic gradient descent.
  ///   - maximumNorm: The L2 norm that all gradients together are clipped to; nil for no limit.
  /// - Returns: The L2 norm of all gradients before clipping; nil if there is no limit.
  /// - Throws: As ``update(_:step:maximumNorm:)``.
  @discardableResult
  public func update(_ rule: GradientDescentRule, maximumNorm: Double? = nil) throws -> Double? {
    try update(.gradientDescent(rule), step: 0, maximumNorm: maximumNorm)
  }

  /// The L2 norm of all gradients together, except those of frozen parameters.
  ///
  /// - Throws: ``NetworkError`` if the network was not prepared for training, if no gradients have been computed, or if
  ///   the system does not allow the process this many threads.
  public var gradientNorm: Double {
    get throws {
      let parameterUpdate = try requireTraining()
      try requireComputedGradients()
      return try parameterUpdate.gradientNorm()
    }
  }

  /// The L2 norm of all trained parameters after the last update; 0 before the first, and without training.
  public var parameterNorm: Double { parameterUpdate?.parameterNorm ?? 0 }

  private func requireSize(of output: UnsafeMutableBufferPointer<Float>?, count: Int) {
    guard let output else { return }
    precondition(output.count == count * outputElementsPerImage, "the output has the wrong size")
  }

  private func requireTraining() throws -> ParameterUpdate {
    guard let parameterUpdate else {
      throw NetworkError.notPrepared(
        reason:
          "the network was prepared for prediction only; prepare it with NetworkOptions(isTraining: true)"
      )
    }
    return parameterUpdate
  }

  private func requireStatistics(count: Int) throws {
    let single = layers.first { layer in
      guard case .batchNormalization(let geometry) = layer.operation else { return false }
      return geometry.plane.area * count == 1
    }
    guard let single else { return }
    throw NetworkError.unsuitableInput(
      reason:
        "\(single.name): training needs more than one value per channel to normalize by, and this batch has one; "
        + "remove it, or use more images")
  }

  /// The number of classes.
  ///
  /// - Returns: ``classes``.
  /// - Throws: ``NetworkError`` if the output is not one number per class.
  package func classCount() throws -> Int {
    guard let classes else {
      throw NetworkError.unsuitableModel(
        reason:
          "the model's output has the shape \(outputShape(1)); a classifier needs 1×classes, as after a Flatten"
      )
    }
    return classes
  }

  private func checkClassifier(_ labels: UnsafeBufferPointer<Int32>, _ loss: Loss) throws {
    if case .crossEntropy(let labelSmoothing) = loss, !(0...1).contains(labelSmoothing) {
      throw NetworkError.invalidArgument(
        name: "labelSmoothing", reason: "the label smoothing is \(labelSmoothing); it must be between 0 and 1"
      )
    }
    let classes = Int32(try classCount())
    for label in labels where !(0..<classes).contains(label) {
      throw NetworkError.unsuitableInput(
        reason: "an image has the label \(label); \(labelRange(classes: Int(classes)))")
    }
  }
}
