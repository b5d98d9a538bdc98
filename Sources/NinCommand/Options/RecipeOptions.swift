import ArgumentParser
import ModelOptions
import NetworkInNetwork

/// The schedules of the learning rate that can be chosen by name.
enum ScheduleName: String, CaseIterable, ExpressibleByArgument {
  case constant, linear, step, cosine
  case oneCycle = "one-cycle"

  func shape(epochs: Int, factor: Double) -> LearningRateSchedule.Shape {
    switch self {
    case .constant: .constant
    case .linear: .linear
    case .step: .step(epochs: epochs, factor: factor)
    case .cosine: .cosine
    case .oneCycle: .oneCycle
    }
  }
}

/// The optimizers that can be chosen by name.
enum OptimizerName: String, CaseIterable, ExpressibleByArgument {
  case sgd, adamw
}

extension Tab: ExpressibleByArgument {}

/// A recipe, and changes to it.
struct RecipeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      'book' is the chapter's: 224×224 pixels, plain SGD, 10 epochs, hours on a CPU. 'quick' trains the same network to 90 % \
      in minutes: 80×80 pixels, normalized, Nesterov momentum, 4 epochs. 'best' trains nin-small, with batch normalization, \
      for about 40 minutes. Or a JSON5 file, as printed by 'nin recipe' and saved in each run's folder. (default: book)
      """, valueName: "name or file"),
    completion: .recipe)
  var recipe: String?

  @Option(
    help: """
      The book's tab to follow in its framework's initial weights, resizing and shuffling of images, and head: \
      \(Tab.allCases.map(\.rawValue).joined(separator: ", ")); see Docs/Tabs.md.
      """)
  var tab: Tab?

  @Option(
    help: """
      The network; nin by default. Images have its default size, such as 28 for lenet, or a built-in recipe's if that is \
      smaller; --image-size and a recipe file's imageSize override this.
      """)
  var model: ModelCatalog?

  @OptionGroup var design: NiNOptions

  @Option(
    help: ArgumentHelp(
      """
      Start from the weights of a checkpoint; a head for a different number of classes is reinitialized. Images are \
      normalized as for the weights, unless a recipe file states a normalization.
      """, valueName: "file"),
    completion: .tensors)
  var weights: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Freeze a layer, or several by the prefix of their names, such as net.0; may be repeated.",
      valueName: "layer"))
  var freeze: [String] = []

  @Option(parsing: .unconditional, help: "Number of epochs.")
  var epochs: Int?

  @Option(parsing: .unconditional, help: "Images per batch.")
  var batchSize: Int?

  @Option(help: "The optimizer: sgd, with --momentum and --nesterov, or adamw.")
  var optimizer: OptimizerName?

  @Option(parsing: .unconditional, help: "Peak learning rate.")
  var learningRate: Double?

  @Option(
    help: """
      The learning rate schedule: constant, linear (to 0 at the end), step (times --step-factor every --step-epochs), \
      cosine (to 0 at the end) or one-cycle (up over 30 % of the steps, then down).
      """)
  var schedule: ScheduleName?

  @Option(parsing: .unconditional, help: "Steps of linear warm-up of the learning rate.")
  var warmUp: Int?

  @Option(parsing: .unconditional, help: "Epochs between two decreases of --schedule step.")
  var stepEpochs: Int?

  @Option(
    parsing: .unconditional,
    help: "The factor of each decrease of --schedule step. (default: 0.1)")
  var stepFactor: Double?

  @Option(parsing: .unconditional, help: "Momentum of SGD, 0 to 1.")
  var momentum: Double?

  @Flag(inversion: .prefixedNo, help: "Whether to use Nesterov momentum.")
  var nesterov: Bool?

  @Option(
    parsing: .unconditional,
    help: "Weight decay (L2 for sgd, decoupled for adamw); biases and batch normalization do not decay.")
  var weightDecay: Double?

  @Option(
    parsing: .unconditional, help: "Clip the norm of all gradients together; 0 for no clipping.")
  var clipNorm: Double?

  @Option(
    parsing: .unconditional,
    help: "Label smoothing: the share of each target that is spread over all classes, 0 to 1.")
  var labelSmoothing: Double?

  @Option(
    parsing: .unconditional,
    help: """
      Keep a moving average of the weights with this decay per step, such as 0.999, but at most (1 + t) / (10 + t) in \
      step t, from 0. The average is evaluated too, with the running statistics of batch normalization as they are, and \
      is what checkpoints contain. 0 for no average.
      """)
  var averageDecay: Double?

  @Option(
    parsing: .unconditional,
    help: "Stop early after this many epochs without a better one; 0 for no early stopping.")
  var patience: Int?

  @Option(
    parsing: .unconditional,
    help: """
      The share of the training images, 0 to 1, to hold out; the best epoch is chosen by them instead of the test images.
      """)
  var validationSplit: Double?

  @Flag(
    inversion: .prefixedNo, help: "Whether to mirror training images left to right with a probability of 0.5."
  )
  var flip: Bool?

  @Option(parsing: .unconditional, help: "Shift training images at random by up to this many pixels.")
  var shift: Int?

  @Option(
    parsing: .unconditional, help: "The probability of erasing a random rectangle of a training image.")
  var erasing: Double?

  @Flag(
    name: .customLong("measure-normalization"),
    help: "Normalize by the mean and standard deviation of the training images.")
  var measureNormalization = false

  @Option(
    parsing: .unconditional,
    help: """
      Height and width to resize images to. (default: a recipe file's, or the smaller of a built-in recipe's and the \
      network's)
      """)
  var imageSize: Int?

  @Option(
    parsing: .unconditional,
    help: "The seed of initial weights, order of images, augmentation and dropout.")
  var seed: UInt64?

  @Option(parsing: .unconditional, help: "Use only the first N training images.")
  var limitTrain: Int?

  @Option(parsing: .unconditional, help: "Use only the first N test images.")
  var limitTest: Int?

  func validate() throws {
    try requirePositive([
      ("--epochs", epochs), ("--step-epochs", stepEpochs), ("--batch-size", batchSize),
      ("--image-size", imageSize),
      ("--limit-train", limitTrain), ("--limit-test", limitTest),
    ])
    for (name, value) in [("--warm-up", warmUp), ("--patience", patience), ("--shift", shift)] {
      if let value, value < 0 { throw ValidationError("\(name) is \(value); it must be at least 0") }
    }
    for (name, isGiven) in [("--step-epochs", stepEpochs != nil), ("--step-factor", stepFactor != nil)]
    where isGiven && schedule != .step {
      throw ValidationError("\(name) requires --schedule step")
    }
    if schedule == .step, stepEpochs == nil {
      throw ValidationError("--schedule step requires --step-epochs")
    }
    if let stepFactor, !(stepFactor > 0 && stepFactor <= 1) {
      throw ValidationError("--step-factor is \(stepFactor); it must be more than 0 and at most 1")
    }
    try requireRule(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay)
    if let clipNorm, !(clipNorm >= 0 && clipNorm.isFinite) {
      throw ValidationError("--clip-norm is \(clipNorm); it must be a finite number of at least 0")
    }
    let shares = [
      ("--label-smoothing", labelSmoothing), ("--average-decay", averageDecay),
      ("--validation-split", validationSplit),
    ]
    for case (let name, let share?) in shares where !(share >= 0 && share < 1) {
      throw ValidationError("\(name) is \(share); it must be at least 0 and less than 1")
    }
    if let erasing, !(0...1).contains(erasing) {
      throw ValidationError("--erasing is \(erasing); it must be between 0 and 1")
    }
    if optimizer == .adamw, momentum != nil || nesterov != nil {
      throw ValidationError("--momentum and --nesterov require --optimizer sgd")
    }
  }
}
