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
    var score = ClassificationScore()
    try forEachMicroBatch(pixels, count: labels.count, pass: Pass()) { plan, pass in
      score += try loss(plan, pass, labels, withGradient: false)
    }
    return score
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
    guard options.isTraining else { throw NetworkError("the network was prepared for prediction only") }
    try checkClassifier(labels)
    profile.measure(.clearing) { store.clearGradients() }
    var score = ClassificationScore()
    try forEachMicroBatch(pixels, count: labels.count, pass: pass) { plan, pass in
      score += try loss(plan, pass, labels, withGradient: true)
      try plan.backward(pass, profile: profile) { store.accumulate($0, on: backend) }
    }
    return score
  }

  /// Moves the parameters along the gradients that were computed last.
  ///
  /// - Parameters:
  ///   - rule: The rule of stochastic gradient descent.
  ///   - maximumNorm: The length that all gradients together are cut down to; nil for no limit. As PyTorch's
  ///     `clip_grad_norm_`.
  /// - Throws: ``NetworkError`` if the rule has momentum and the network was prepared without.
  public func update(_ rule: GradientDescentRule, maximumNorm: Double? = nil) throws {
    guard rule.momentum == 0 || store.hasVelocities else {
      throw NetworkError("the network was prepared without momentum")
    }
    backend.threads.makeCurrent()
    profile.measure(.update) { updateParameters(rule, maximumNorm: maximumNorm) }
  }

  private func updateParameters(_ rule: GradientDescentRule, maximumNorm: Double?) {
    let scale = maximumNorm.map { min(1, $0 / (gradientNorm + 1e-6)) } ?? 1
    for parameter in store.parameters {
      guard let gradient = store.gradient(parameter) else { continue }
      backend.update(
        GradientDescentStep(
          values: store.value(parameter), gradient: gradient,
          velocity: rule.momentum == 0 ? nil : store.velocity(parameter), layout: parameter.layout,
          rule: rule,
          gradientScale: scale))
    }
    store.valuesChanged()
  }

  /// The length of all gradients together.
  public var gradientNorm: Double {
    store.parameters.reduce(0) { total, parameter in
      total + (store.gradient(parameter).map { backend.sumOfSquares($0, parameter.layout) } ?? 0)
    }.squareRoot()
  }

  private func loss(
    _ plan: ExecutionPlan, _ pass: Pass, _ labels: UnsafeBufferPointer<Int32>, withGradient: Bool
  ) throws -> ClassificationScore {
    guard let logits = plan.outputAddress, let firstLabel = labels.baseAddress else {
      return ClassificationScore()
    }
    let call = SoftmaxCrossEntropyCall(
      logits: logits, gradient: withGradient ? plan.outputGradientAddress : nil,
      labels: firstLabel + pass.firstImage, count: plan.count, classes: plan.output.shape[1],
      elementType: plan.output.elementType, gradientScale: 1 / Double(labels.count))
    return profile.measure(.loss) { backend.softmaxCrossEntropy(call) }
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
