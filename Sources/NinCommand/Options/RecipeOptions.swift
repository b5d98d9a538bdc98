import ArgumentParser
import NetworkInNetwork

/// The recipes that can be picked by name.
enum NamedRecipe: String, CaseIterable, ExpressibleByArgument {
  case book
  case quick

  var recipe: Recipe {
    switch self {
    case .book: .book
    case .quick: .quick
    }
  }
}

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

/// A recipe, and changes to it.
struct RecipeOptions: ParsableArguments {
  @Option(
    help: """
      'book' is the chapter's: 224×224 pixels, plain SGD, 10 epochs, hours on a CPU. 'quick' reaches 88 % within \
      minutes: 80×80 pixels, normalised, Nesterov momentum, 3 epochs. (default: book)
      """)
  var recipe: NamedRecipe?

  @Option(parsing: .unconditional, help: "How often all training images are seen.")
  var epochs: Int?

  @Option(parsing: .unconditional, help: "Images of a batch.")
  var batchSize: Int?

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

  @Option(parsing: .unconditional, help: "How much of the last step's direction is kept, 0 to 1.")
  var momentum: Double?

  @Option(parsing: .unconditional, help: "How strongly parameters are drawn to zero.")
  var weightDecay: Double?

  @Option(parsing: .unconditional, help: "Height and width that images are resized to.")
  var imageSize: Int?

  @Option(
    parsing: .unconditional, help: "The seed of the first weights, the order of the images and dropout.")
  var seed: UInt64?

  @Option(parsing: .unconditional, help: "Only so many training images, from the first.")
  var limitTrain: Int?

  @Option(parsing: .unconditional, help: "Only so many test images, from the first.")
  var limitTest: Int?

  func validate() throws {
    try requirePositive([
      ("--epochs", epochs), ("--step-epochs", stepEpochs), ("--batch-size", batchSize),
      ("--image-size", imageSize),
      ("--limit-train", limitTrain), ("--limit-test", limitTest),
    ])
    if let warmUp, warmUp < 0 { throw ValidationError("--warm-up is \(warmUp); it must be at least 0") }
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
  }

  /// The recipe of a new training.
  var newRecipe: Recipe {
    var recipe = (recipe ?? .book).recipe
    apply(to: &recipe)
    return recipe
  }

  /// The recipe of a training that is resumed.
  ///
  /// - Parameters:
  ///   - stored: What the training was started with.
  ///   - folder: Where it is, for the message.
  /// - Returns: The stored recipe, with the number of epochs that is asked for now.
  /// - Throws: `ValidationError` if an option would change anything but the number of epochs.
  func resumedRecipe(_ stored: Recipe, folder: String) throws -> Recipe {
    var changed = recipe?.recipe ?? stored
    apply(to: &changed)
    changed.epochs = epochs ?? stored.epochs
    var comparable = changed
    comparable.epochs = stored.epochs
    guard comparable == stored else {
      throw ValidationError(
        "--resume uses the recipe stored in \(folder), and only --epochs may change; "
          + "leave out the other options, or start a new training in another --output")
    }
    return changed
  }

  private func apply(to recipe: inout Recipe) {
    recipe.epochs = epochs ?? recipe.epochs
    recipe.batchSize = batchSize ?? recipe.batchSize
    recipe.learningRate.peak = learningRate ?? recipe.learningRate.peak
    recipe.learningRate.warmUpSteps = warmUp ?? recipe.learningRate.warmUpSteps
    if let schedule {
      recipe.learningRate.shape = schedule.shape(epochs: stepEpochs ?? 1, factor: stepFactor ?? 0.1)
    }
    recipe.momentum = momentum ?? recipe.momentum
    recipe.nesterov = recipe.nesterov && recipe.momentum > 0
    recipe.weightDecay = weightDecay ?? recipe.weightDecay
    recipe.imageSize = imageSize ?? recipe.imageSize
    recipe.seed = seed ?? recipe.seed
    recipe.trainingLimit = limitTrain ?? recipe.trainingLimit
    recipe.testLimit = limitTest ?? recipe.testLimit
  }
}
