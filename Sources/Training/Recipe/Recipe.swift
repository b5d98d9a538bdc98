import Backends
import Layers
import Networks

/// Everything that decides what a training computes.
///
/// Two trainings with equal recipes, data, backend, precision and micro-batch give the same bits on the same CPU, on any
/// number of threads.
public struct Recipe: Sendable, Equatable {
  /// The tab of the book whose framework is followed; nil for none.
  ///
  /// It decides the first parameters, how images are resized and shuffled, and the head of NiN.
  public var tab: Tab?
  /// The network; a trainer that is given a model of its own ignores it.
  public var model = ModelChoice(.nin)
  /// A checkpoint to begin with, for fine-tuning; nil for weights drawn from the seed.
  public var weights: String?
  /// Layers or parameters that keep their values, by the beginnings of their names: `net.0`, `net.3.0.bias`.
  public var frozen: [String] = []

  /// Height and width that images are resized to.
  public var imageSize: Int
  /// Images of a batch.
  public var batchSize: Int
  /// How often all training images are seen.
  public var epochs: Int

  /// How parameters follow their gradients.
  public var optimizer: Optimizer
  /// The learning rate over time.
  public var learningRate: LearningRateSchedule
  /// Weight decay: for SGD added to the gradient (L2), for AdamW decoupled from it.
  public var weightDecay: Double
  /// Whether biases and the scales of batch normalization decay too, as in versions before 0.5.
  public var decaysBiases = false
  /// The norm that all gradients together are clipped to; nil for no limit.
  public var maximumGradientNorm: Double?
  /// How much of each target goes to all classes alike, 0 to 1 (Szegedy et al., *Rethinking the Inception Architecture*,
  /// 2016).
  public var labelSmoothing = 0.0
  /// How much of an exponential moving average of the weights stays at each step, such as 0.999; nil for no average.
  ///
  /// At step t no more than (1 + t) / (10 + t) stays, so that a short training does not keep the first weights. With an
  /// average, it is what the checkpoint has and what the best epoch is judged by.
  public var averageDecay: Double?
  /// After how many epochs without a better one the training ends; nil for never.
  public var patience: Int?

  /// The part of the training images that are held out to judge epochs by, 0 to 1, drawn by the seed.
  public var validationSplit = 0.0
  /// Random changes to the training images.
  public var augmentation = Augmentation()
  /// The distributions of the first parameters; with a ``tab``, which has its own, this has to be as it is by default.
  public var initialization: Initialization
  /// How bytes become numbers.
  public var normalization: NormalizationChoice
  /// The key of all random numbers: first parameters, order of the images, augmentation, dropout.
  public var seed: UInt64
  /// Only so many training images, from the first; nil for all.
  public var trainingLimit: Int?
  /// Only so many test images, from the first; nil for all.
  public var testLimit: Int?

  /// Where and how it is computed, where the recipe decides that too.
  public var computation = Computation()

  /// What decides the last bits beside the recipe's numbers; nil leaves each to the command or the trainer.
  public struct Computation: Sendable, Equatable {
    /// The folder of the data.
    public var data: String?
    /// The channels that image files are read with, 1 or 3.
    public var channels: Int?
    /// The share of each class that is kept for the test, where image files have no test images.
    public var testSplit: Double?
    /// The backend's name.
    public var backend: String?
    /// The precision of activations.
    public var precision: Precision?
    /// How many images of a batch a thread computes at a time.
    public var microBatch: Int?
    /// How the algorithms of convolutions are chosen.
    public var convolutions: ConvolutionChoice?

    /// Leaves everything open.
    public init() {}
  }

  /// Makes a recipe; what is left out is the book's.
  public init(
    imageSize: Int = 224, batchSize: Int = 128, epochs: Int = 10, optimizer: Optimizer = .sgd(),
    learningRate: LearningRateSchedule = LearningRateSchedule(peak: 0.05), weightDecay: Double = 0,
    maximumGradientNorm: Double? = nil, initialization: Initialization = Initialization(),
    normalization: NormalizationChoice = .fixed(.none), seed: UInt64 = 0
  ) {
    self.imageSize = imageSize
    self.batchSize = batchSize
    self.epochs = epochs
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.maximumGradientNorm = maximumGradientNorm
    self.initialization = initialization
    self.normalization = normalization
    self.seed = seed
  }

  /// The book's recipe (section 8.3.3): plain SGD on images of 224×224.
  public static let book = Recipe()

  /// To 91 % on Fashion-MNIST in minutes, with the book's network: smaller images, normalized, and an optimizer that leaves
  /// the plateau of the book's first epoch at once.
  ///
  /// With biases of 0 about half of the ten channels of each of the last convolutions are negative on every image:
  /// behind their ReLU they get no gradient, and whether their classes are ever learned is chance. Biases of 1
  /// lift them above 0; an equal offset of all scores softmax does not see.
  public static let quick = Recipe(
    imageSize: 80, epochs: 4, optimizer: .sgd(momentum: 0.9, nesterov: true),
    learningRate: LearningRateSchedule(peak: 0.05, warmUpSteps: 150, shape: .cosine),
    weightDecay: 5e-4, maximumGradientNorm: 5,
    initialization: Initialization(
      weights: .heUniform, constants: ["net.7.2.bias": 1, "net.7.4.bias": 1]),
    normalization: fashionMNIST)

  /// Some 40 minutes on Fashion-MNIST with ``SmallNiN(classes:)``, a smaller network with batch normalization, on images of
  /// their own size.
  public static let best: Recipe = {
    var recipe = Recipe(
      imageSize: 28, epochs: 20, optimizer: .sgd(momentum: 0.9, nesterov: true),
      learningRate: LearningRateSchedule(peak: 0.1, shape: .oneCycle), weightDecay: 5e-4,
      initialization: Initialization(weights: .heUniform), normalization: fashionMNIST)
    recipe.model = ModelChoice(.ninSmall)
    recipe.augmentation = Augmentation(flip: true, shift: 2)
    return recipe
  }()

  /// Mean and deviation of Fashion-MNIST's training images.
  private static let fashionMNIST = NormalizationChoice.fixed(
    Normalization(mean: [0.286], deviation: [0.353]))
}

/// How the normalization of images is found.
public enum NormalizationChoice: Sendable, Equatable {
  /// These numbers.
  case fixed(Normalization)
  /// Mean and deviation of each channel, measured over the training images.
  case measured
}
