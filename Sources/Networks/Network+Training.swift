import Backends
import Operations
import Tensors

extension Network {
  /// Computes the loss of a batch and how many images were classified rightly, dropout off.
  ///
  /// - Parameters:
  ///   - pixels: The images, N×C×H×W.
  ///   - labels: Their classes.
  ///   - loss: What the loss is.
  ///   - output: Where the logits go, N×classes, if they are wanted.
  /// - Returns: The sums over the batch.
  /// - Throws: ``NetworkError`` if the network is no classifier, a label is not one of its classes, or the labels' smoothing
  ///   is not from 0 to 1.
  /// - Precondition: The output has as many elements as it must.
  public func evaluate(
    _ pixels: Pixels, labels: UnsafeBufferPointer<Int32>, loss: Loss = .crossEntropy(labelSmoothing: 0),
    into output: UnsafeMutableBufferPointer<Float>? = nil
  ) throws -> ClassificationScore {
    try checkClassifier(labels, loss)
    requireSize(of: output, count: labels.count)
    return try run(
      Batch(
        pixels: pixels, count: labels.count, labels: labels.baseAddress, loss: loss,
        output: output?.baseAddress))
  }

  /// Computes the gradient of the mean loss over a batch with respect to every parameter.
  ///
  /// - Parameters:
  ///   - pixels: The images, N×C×H×W.
  ///   - labels: Their classes.
  ///   - pass: The seed and the step of dropout, and whether it drops.
  ///   - loss: What the loss is.
  ///   - output: Where the logits go, N×classes, if they are wanted.
  /// - Returns: The sums over the batch.
  /// - Throws: ``NetworkError`` if the network is not one to be trained, a label is not one of its classes, or the labels'
  ///   smoothing is not from 0 to 1.
  /// - Precondition: The output has as many elements as it must.
  public func computeGradients(
    _ pixels: Pixels, labels: UnsafeBufferPointer<Int32>, pass: Pass,
    loss: Loss = .crossEntropy(labelSmoothing: 0), into output: UnsafeMutableBufferPointer<Float>? = nil
  ) throws -> ClassificationScore {
    _ = try requireTraining()
    try checkClassifier(labels, loss)
    requireSize(of: output, count: labels.count)
    return try run(
      Batch(
        pixels: pixels, count: labels.count, pass: pass, labels: labels.baseAddress, loss: loss,
        computesGradients: true, output: output?.baseAddress))
  }

  /// Moves the parameters along the gradients that were computed last; those that are frozen stay.
  ///
  /// - Parameters:
  ///   - rule: The rule.
  ///   - step: How many updates were made before.
  ///   - maximumNorm: The length that all gradients together are cut down to; nil for no limit. As PyTorch's
  ///     `clip_grad_norm_`.
  /// - Returns: The length of all gradients before they were cut; nil where there is no limit, and so it was not computed.
  ///   If it is not finite, the parameters have not been moved.
  /// - Throws: ``NetworkError`` if the network is not one to be trained, if it was prepared without what the rule keeps, if
  ///   the parameters have changed places with their averages, if the rule's numbers make no step, or if the system does
  ///   not let the process have the threads.
  @discardableResult
  public func update(_ rule: UpdateRule, step: Int, maximumNorm: Double? = nil) throws -> Double? {
    let parameterUpdate = try requireTraining()
    guard step >= 0 else { throw NetworkError("\(step) updates cannot have been made before") }
    guard !store.isExchanged else {
      throw NetworkError(
        "the parameters have changed places with their averages; exchange them before an update")
    }
    return try LaneProfile(profile).measure(.update) {
      let norm = try maximumNorm.map { _ in try parameterUpdate.gradientNorm() }
      if let norm, !norm.isFinite { return norm }
      let scale = maximumNorm.flatMap { limit in norm.map { min(1, limit / ($0 + 1e-6)) } } ?? 1
      try parameterUpdate.run(rule, number: step + 1, gradientScale: scale)
      return norm
    }
  }

  /// Moves the parameters by gradient descent, which does not depend on how many updates were made before.
  ///
  /// - Parameters:
  ///   - rule: The rule of stochastic gradient descent.
  ///   - maximumNorm: The length that all gradients together are cut down to; nil for no limit.
  /// - Returns: The length of all gradients before they were cut; nil where there is no limit.
  /// - Throws: As ``update(_:step:maximumNorm:)``.
  @discardableResult
  public func update(_ rule: GradientDescentRule, maximumNorm: Double? = nil) throws -> Double? {
    try update(.gradientDescent(rule), step: 0, maximumNorm: maximumNorm)
  }

  /// The length of all gradients together, but those of frozen parameters.
  ///
  /// - Throws: ``NetworkError`` if the network is not one to be trained, or if the system does not let the process have
  ///   the threads.
  public var gradientNorm: Double {
    get throws { try requireTraining().gradientNorm() }
  }

  /// The length of all parameters that are trained, after the last update; 0 before the first, and without training.
  public var parameterNorm: Double { parameterUpdate?.parameterNorm ?? 0 }

  private func requireSize(of output: UnsafeMutableBufferPointer<Float>?, count: Int) {
    guard let output else { return }
    precondition(output.count == count * outputElementsPerImage, "the output has the wrong size")
  }

  private func requireTraining() throws -> ParameterUpdate {
    guard let parameterUpdate else { throw NetworkError("the network was prepared for prediction only") }
    return parameterUpdate
  }

  private func checkClassifier(_ labels: UnsafeBufferPointer<Int32>, _ loss: Loss) throws {
    if case .crossEntropy(let labelSmoothing) = loss, !(0...1).contains(labelSmoothing) {
      throw NetworkError("labels cannot be smoothed by \(labelSmoothing), only by 0 to 1")
    }
    guard let classes = classes.map(Int32.init) else {
      throw NetworkError(
        "the model ends in \(outputShape(1)); a classifier ends in 1×classes, as after a Flatten")
    }
    for label in labels where !(0..<classes).contains(label) {
      throw NetworkError("an image has the label \(label); the network has the classes 0 to \(classes - 1)")
    }
  }
}
