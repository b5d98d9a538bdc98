import Backends
import Layers
import Networks

/// Everything that determines the result of training.
///
/// Two runs with equal recipes, data, backend, precision and micro-batch give the same bits on the same CPU, on any
/// number of threads.
public struct Recipe: Sendable, Equatable {
  /// The tab of the book whose framework is followed, if any.
  ///
  /// It determines the initial parameters, how images are resized and shuffled, and the head of NiN.
  public var tab: Tab?
  /// The network; ignored by a trainer that is given a model.
  public var model = ModelChoice(.nin)
  /// A checkpoint to start from, for fine-tuning; nil for weights drawn from the seed.
  ///
  /// The parameters of a head for a different number of classes are drawn from the seed too.
  public var weights: String?
  /// Frozen layers or parameters, by prefixes of their names: `net.0`, `net.3.0.bias`.
  ///
  /// Freezing a batch normalization keeps its scale and shift; it still uses the statistics of batches, and updates the
  /// running ones, as in PyTorch.
  public var frozen: [String] = []

  /// Height and width that images are resized to.
  public var imageSize: Int
  /// Images per batch.
  public var batchSize: Int
  /// The number of epochs.
  public var epochs: Int

  /// The optimizer.
  public var optimizer: Optimizer
  /// The learning rate over time.
  public var learningRate: LearningRateSchedule
  /// Weight decay: for SGD added to the gradient (L2), for AdamW decoupled from it.
  public var weightDecay: Double
  /// Whether biases and the scales of batch normalization decay too, as in versions before 0.5.
  public var decaysBiases = false
  /// The norm that all gradients together are clipped to; nil for no limit.
  public var maximumGradientNorm: Double?
  /// Label smoothing: the share of each target that is spread over all classes, 0 to 1 (Szegedy et al., *Rethinking the
  /// Inception Architecture*, 2016).
  public var labelSmoothing = 0.0
  /// The decay of an exponential moving average of the weights per step, such as 0.999; nil for no average.
  ///
  /// At step t the decay is at most (1 + t) / (10 + t), so that the initial weights fade even in a short run. The
  /// average, if any, is saved as the checkpoint, and epochs are judged by it.
  public var averageDecay: Double?
  /// The number of epochs without improvement after which training ends; nil for no early stopping.
  ///
  /// The accuracy decides: on the validation images or, if there are none, the test images or, failing that, the
  /// training images. The network is then that of the last epoch, unless the trainer restores the best one.
  public var patience: Int?

  /// The share of the training images that is held out for validation, 0 to 1, drawn by the seed; must be 0 if a trainer
  /// is given validation images.
  public var validationSplit = 0.0
  /// Random changes to the training images.
  public var augmentation = Augmentation()
  /// The distributions of the initial parameters; must be the default with a ``tab``, which determines them.
  public var initialization: Initialization
  /// The normalization of bytes; nil for that of the ``weights``, or none if there are no weights or their file does not
  /// state it.
  public var normalization: NormalizationChoice?
  /// The key of all random numbers: initial parameters, order of the images, augmentation, dropout.
  public var seed: UInt64
  /// Use only the first N training images; nil for all.
  public var trainingLimit: Int?
  /// Use only the first N test images; nil for all.
  public var testLimit: Int?

  /// The data, backend and precision, if the recipe determines them.
  public var computation = Computation()
  /// The names of what only a program can provide, in the recipe of a run that has any.
  public var custom = CustomParts()

  /// Further choices that affect the last bits of the result; nil leaves a choice to the command or the trainer.
  public struct Computation: Sendable, Equatable {
    /// The folder of the data.
    public var data: String?
    /// The number of channels to read image files with, 1 or 3.
    public var channels: Int?
    /// The share of each class that is held out for testing, if a folder of images has no test images.
    public var testSplit: Double?
    /// The backend's name.
    public var backend: String?
    /// The precision of activations.
    public var precision: Precision?
    /// The number of images that a thread computes at a time.
    public var microBatch: Int?
    /// The choice of convolution algorithms.
    public var convolutions: ConvolutionChoice?

    /// Leaves every choice open.
    public init() {}
  }

  /// Creates a recipe; omitted values are the book's.
  public init(
    imageSize: Int = 224, batchSize: Int = 128, epochs: Int = 10, optimizer: Optimizer = .sgd(),
    learningRate: LearningRateSchedule = LearningRateSchedule(peak: 0.05), weightDecay: Double = 0,
    maximumGradientNorm: Double? = nil, initialization: Initialization = Initialization(),
    normalization: NormalizationChoice? = nil, seed: UInt64 = 0
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

  /// Reaches 91 % on Fashion-MNIST in minutes with the book's network.
  ///
  /// It uses smaller, normalized images, and an optimizer that avoids the plateau of the book's first epoch.
  ///
  /// With biases of 0 about half of the ten channels of each of the last convolutions are negative on every image:
  /// after their ReLU they get no gradient, and it is a matter of chance whether their classes are ever learned. Biases
  /// of 1 lift them above 0; softmax is invariant to an equal offset of all scores.
  public static let quick = Recipe(
    imageSize: 80, epochs: 4, optimizer: .sgd(momentum: 0.9, nesterov: true),
    learningRate: LearningRateSchedule(peak: 0.05, warmUpSteps: 150, shape: .cosine),
    weightDecay: 5e-4, maximumGradientNorm: 5,
    initialization: Initialization(
      weights: .heUniform, constants: ["net.7.2.bias": 1, "net.7.4.bias": 1]),
    normalization: fashionMNIST)

  /// About 40 minutes on Fashion-MNIST with `NiNSmall(classes:)`, a smaller network with batch normalization, on
  /// images in their original size.
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

/// The source of the normalization of images.
public enum NormalizationChoice: Sendable, Equatable {
  /// Fixed numbers.
  case fixed(Normalization)
  /// Mean and deviation of each channel, measured over the training images.
  case measured
}
