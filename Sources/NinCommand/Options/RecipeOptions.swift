import ArgumentParser
import ModelOptions
import NetworkInNetwork

/// The schedules of the learning rate that can be picked by name.
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

/// The optimizers that can be picked by name.
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
      for some 40 minutes. Or a file in JSON5, as 'nin recipe' prints it and each run's folder has it. (default: book)
      """, valueName: "name or file"),
    completion: .recipe)
  var recipe: String?

  @Option(
    help: """
      The book's tab to follow, in its framework's first weights, resizing and shuffling of images, and head: \
      \(Tab.allCases.map(\.rawValue).joined(separator: ", ")); see Docs/Tabs.md.
      """)
  var tab: Tab?

  @Option(
    help: """
      The network: \(ModelCatalog.allCases.map(\.rawValue).joined(separator: ", ")). Its usual size of images is taken, \
      28 for lenet and 32 for nin-cifar10, unless --image-size or a recipe file states another. (default: nin)
      """)
  var model: ModelCatalog?

  @OptionGroup var design: NiNOptions

  @Option(
    help: ArgumentHelp(
      "Begin with the weights of a checkpoint; a head for other classes starts over.", valueName: "file"),
    completion: .tensors)
  var weights: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A layer, or several by the beginning of their names, that keeps its weights: net.0; may be given several times.",
      valueName: "layer"))
  var freeze: [String] = []

  @Option(parsing: .unconditional, help: "Number of passes over the training images.")
  var epochs: Int?

  @Option(parsing: .unconditional, help: "Images of a batch.")
  var batchSize: Int?

  @Option(help: "sgd, with --momentum and --nesterov, or adamw.")
  var optimizer: OptimizerName?

  @Option(parsing: .unconditional, help: "The learning rate, the largest where it changes.")
  var learningRate: Double?

  @Option(
    help: """
      How the learning rate changes: constant, linear (to 0 at the end), step (times --step-factor every --step-epochs), \
      cosine (to 0 at the end) or one-cycle (up over 30 % of the training, then down).
      """)
  var schedule: ScheduleName?

  @Option(parsing: .unconditional, help: "Steps over which the learning rate rises in a straight line first.")
  var warmUp: Int?

  @Option(parsing: .unconditional, help: "Epochs between two falls of --schedule step.")
  var stepEpochs: Int?

  @Option(
    parsing: .unconditional,
    help: "What each fall of --schedule step multiplies the learning rate by. (default: 0.1)")
  var stepFactor: Double?

  @Option(parsing: .unconditional, help: "How much of the last step's direction SGD keeps, 0 to 1.")
  var momentum: Double?

  @Flag(inversion: .prefixedNo, help: "Whether momentum is Nesterov's.")
  var nesterov: Bool?

  @Option(
    parsing: .unconditional,
    help: "Weight decay (L2, and decoupled for adamw); biases and batch normalization do not decay.")
  var weightDecay: Double?

  @Option(
    parsing: .unconditional, help: "The norm that all gradients together are clipped to; 0 for no clipping.")
  var clipNorm: Double?

  @Option(parsing: .unconditional, help: "How much of each target goes to all classes alike, 0 to 1.")
  var labelSmoothing: Double?

  @Option(
    parsing: .unconditional,
    help: """
      Keep a moving average of the weights, of which so much stays at each step: 0.999. It is tested too, and is what the \
      checkpoints have. 0 for none.
      """)
  var averageDecay: Double?

  @Option(
    parsing: .unconditional,
    help: "End after so many epochs without a better one; 0 for never.")
  var patience: Int?

  @Option(
    parsing: .unconditional,
    help: """
      The part of the training images, 0 to 1, that is held out; by it, and not by the test images, the best epoch is chosen.
      """)
  var validationSplit: Double?

  @Flag(
    inversion: .prefixedNo, help: "Whether each training image is mirrored left to right half of the time.")
  var flip: Bool?

  @Option(parsing: .unconditional, help: "Shift training images at random by up to so many pixels.")
  var shift: Int?

  @Option(
    parsing: .unconditional, help: "Erase a random rectangle of a training image with this probability.")
  var erasing: Double?

  @Flag(
    name: .customLong("measure-normalisation"),
    help: "Normalize by mean and deviation of the training images.")
  var measureNormalization = false

  @Option(
    parsing: .unconditional,
    help:
      "Height and width that images are resized to. (default: the recipe's, or the network's usual if smaller)"
  )
  var imageSize: Int?

  @Option(
    parsing: .unconditional,
    help: "The seed of the first weights, the order of the images, augmentation and dropout.")
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
      throw ValidationError("\(name) is for --schedule step")
    }
    if schedule == .step, stepEpochs == nil {
      throw ValidationError("--schedule step needs --step-epochs")
    }
    if let stepFactor, !(stepFactor > 0 && stepFactor <= 1) {
      throw ValidationError("--step-factor is \(stepFactor); it must be more than 0 and at most 1")
    }
    try requireRule(learningRate: learningRate, momentum: momentum, weightDecay: weightDecay)
    if let clipNorm, !(clipNorm >= 0 && clipNorm.isFinite) {
      throw ValidationError("--clip-norm is \(clipNorm); it must be at least 0")
    }
    let shares = [
      ("--label-smoothing", labelSmoothing), ("--average-decay", averageDecay),
      ("--validation-split", validationSplit),
    ]
    for case (let name, let share?) in shares where !(share >= 0 && share < 1) {
      throw ValidationError("\(name) is \(share); it must be at least 0 and less than 1")
    }
    if let erasing, !(0...1).contains(erasing) {
      throw ValidationError("--erasing is \(erasing); it must lie between 0 and 1")
    }
    if optimizer == .adamw, momentum != nil || nesterov != nil {
      throw ValidationError("--momentum and --nesterov are for --optimizer sgd")
    }
  }
}
