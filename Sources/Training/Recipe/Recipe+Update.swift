import Backends

extension Recipe {
  /// The rule of an update, with a learning rate.
  public func rule(learningRate: Double) -> UpdateRule {
    switch optimizer {
    case .sgd(let momentum, let nesterov):
      .gradientDescent(
        GradientDescentRule(
          learningRate: learningRate, momentum: momentum, weightDecay: weightDecay, nesterov: nesterov,
          decaysEverything: decaysBiases))
    case .adamW(let beta1, let beta2, let epsilon):
      .adamW(
        AdamWRule(
          learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay,
          decaysEverything: decaysBiases))
    }
  }

  /// The decay of the average after some steps: less at first, so that the initial weights are soon forgotten, as in
  /// TensorFlow's `ExponentialMovingAverage` with the number of updates; nil if no average is kept.
  func averageDecay(step: Int) -> Double? {
    averageDecay.map { min($0, Double(1 + step) / Double(10 + step)) }
  }
}
