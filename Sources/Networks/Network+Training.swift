import Backends
import Operations
import Tensors

extension Network {
  /// Computes the loss of a batch and how many images were classified rightly, dropout off.
  ///
  /// - Parameters:
  ///   - pixels: The images, N×C×H×W.
  ///   - labels: Their classes.
  /// - Returns: The sums over the batch.
  /// - Throws: ``NetworkError`` if the network is no classifier, or a label is not one of its classes.
  public func evaluate(
    _ pixels: Pixels, labels: UnsafeBufferPointer<Int32>
  ) throws -> ClassificationScore {
    try checkClassifier(labels)
    return try run(Batch(pixels: pixels, count: labels.count, labels: labels.baseAddress))
  }

  /// Computes the gradient of the mean loss over a batch with respect to every parameter.
  ///
  /// - Parameters:
  ///   - pixels: The images, N×C×H×W.
  ///   - labels: Their classes.
  ///   - pass: The seed and the step of dropout, and whether it drops.
  /// - Returns: The sums over the batch.
  /// - Throws: ``NetworkError`` if the network is not one to be trained, or a label is not one of its classes.
  public func computeGradients(
    _ pixels: Pixels, labels: UnsafeBufferPointer<Int32>, pass: Pass
  ) throws -> ClassificationScore {
    _ = try requireTraining()
    try checkClassifier(labels)
    return try run(
      Batch(
        pixels: pixels, count: labels.count, pass: pass, labels: labels.baseAddress, computesGradients: true))
  }

  /// Moves the parameters along the gradients that were computed last.
  ///
  /// - Parameters:
  ///   - rule: The rule of stochastic gradient descent.
  ///   - maximumNorm: The length that all gradients together are cut down to; nil for no limit. As PyTorch's
  ///     `clip_grad_norm_`.
  /// - Throws: ``NetworkError`` if the network is not one to be trained, if the rule has momentum and the network was
  ///   prepared without, or if the system does not let the process have the threads.
  public func update(_ rule: GradientDescentRule, maximumNorm: Double? = nil) throws {
    guard rule.momentum == 0 || store.hasVelocities else {
      throw NetworkError("the network was prepared without momentum")
    }
    let parameterUpdate = try requireTraining()
    try LaneProfile(profile).measure(.update) {
      let scale = try maximumNorm.map { min(1, $0 / (try parameterUpdate.gradientNorm() + 1e-6)) } ?? 1
      try parameterUpdate.run(rule, gradientScale: scale)
    }
  }

  /// The length of all gradients together.
  ///
  /// - Throws: ``NetworkError`` if the network is not one to be trained, or if the system does not let the process have
  ///   the threads.
  public var gradientNorm: Double {
    get throws { try requireTraining().gradientNorm() }
  }

  private func requireTraining() throws -> ParameterUpdate {
    guard let parameterUpdate else { throw NetworkError("the network was prepared for prediction only") }
    return parameterUpdate
  }

  private func checkClassifier(_ labels: UnsafeBufferPointer<Int32>) throws {
    guard let classes = classes.map(Int32.init) else {
      throw NetworkError(
        "the model ends in \(outputShape(1)); a classifier ends in 1×classes, as after a Flatten")
    }
    for label in labels where !(0..<classes).contains(label) {
      throw NetworkError("an image has the label \(label); the network has the classes 0 to \(classes - 1)")
    }
  }
}
