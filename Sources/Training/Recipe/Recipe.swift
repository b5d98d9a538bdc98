import Backends
import Layers
import Networks

/// Everything that decides what a training computes.
///
/// Two trainings with equal recipes, data, backend, precision and micro-batch give the same bits on the same CPU, on any
/// number of threads.
public struct Recipe: Sendable, Equatable, Codable {
  /// Height and width that images are resized to.
  public var imageSize: Int
  /// Images of a batch.
  public var batchSize: Int
  /// How often all training images are seen.
  public var epochs: Int
  /// The learning rate over time.
  public var learningRate: LearningRateSchedule
  /// How much of the last velocity is kept.
  public var momentum: Double
  /// Whether momentum is Nesterov's.
  public var nesterov: Bool
  /// How strongly parameters are drawn to zero.
  public var weightDecay: Double
  /// The length that all gradients together are cut down to; nil for no limit.
  public var maximumGradientNorm: Double?
  /// The distributions of the first parameters.
  public var initialisation: Initialisation
  /// How bytes become numbers.
  public var normalisation: Normalisation
  /// The key of all random numbers: first parameters, order of the images, dropout.
  public var seed: UInt64
  /// Only so many training images, from the first; nil for all.
  public var trainingLimit: Int?
  /// Only so many test images, from the first; nil for all.
  public var testLimit: Int?

  /// Makes a recipe; what is left out is the book's.
  public init(
    imageSize: Int = 224, batchSize: Int = 128, epochs: Int = 10,
    learningRate: LearningRateSchedule = LearningRateSchedule(peak: 0.05), momentum: Double = 0,
    nesterov: Bool = false, weightDecay: Double = 0, maximumGradientNorm: Double? = nil,
    initialisation: Initialisation = Initialisation(), normalisation: Normalisation = .none, seed: UInt64 = 0
  ) {
    self.imageSize = imageSize
    self.batchSize = batchSize
    self.epochs = epochs
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
    self.maximumGradientNorm = maximumGradientNorm
    self.initialisation = initialisation
    self.normalisation = normalisation
    self.seed = seed
  }

  /// The book's recipe (section 8.3.3): plain SGD on images of 224×224.
  public static let book = Recipe()

  /// To 88 % and more on Fashion-MNIST within minutes: smaller images, normalised, and an optimiser that leaves
  /// the plateau of the book's first epoch at once.
  ///
  /// With biases of 0 about half of the ten channels of each of the last convolutions are negative on every image:
  /// behind their ReLU they get no gradient, and whether their classes are ever learned is chance. Biases of 1
  /// lift them above 0; an equal offset of all scores softmax does not see.
  public static let quick = Recipe(
    imageSize: 80, epochs: 3,
    learningRate: LearningRateSchedule(peak: 0.02, warmUpSteps: 50, shape: .linear), momentum: 0.9,
    nesterov: true, weightDecay: 5e-4, maximumGradientNorm: 5,
    initialisation: Initialisation(
      weights: .heUniform, constants: ["net.7.2.bias": 1, "net.7.4.bias": 1]),
    normalisation: Normalisation(mean: [0.286], deviation: [0.353]))

  /// The rule of one step.
  func rule(step: Int, stepsPerEpoch: Int) -> GradientDescentRule {
    GradientDescentRule(
      learningRate: learningRate.rate(step: step, epochs: epochs, stepsPerEpoch: stepsPerEpoch),
      momentum: momentum,
      weightDecay: weightDecay, nesterov: nesterov, decaysEverything: true)
  }
}
