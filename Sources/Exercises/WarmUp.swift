import Backends
import Costs
import Datasets
import Layers
import MachineLimits
import Networks
import Training

/// Estimates the times of an exercise's variants: first from the machine's peak performance, then from some steps.
struct WarmUp {
  let exercise: Exercise
  let size: ExerciseSize
  let training: LabeledImages
  let test: LabeledImages
  let backend: any Backend
  let computation: Recipe.Computation

  private static let testBatches = 4
  private static let steps = 2...20
  /// The share of the budget that measuring may take.
  private static let share = 0.05

  /// The predicted time of each variant, without running it; nil if the machine's peak is unknown.
  ///
  /// - Parameter ceilings: The machine's measured peak performance.
  /// - Returns: The costs.
  /// - Throws: The errors of `Network`.
  func predicted(on ceilings: Ceilings) throws -> [VariantCost]? {
    var costs: [VariantCost] = []
    for variant in exercise.variants {
      let recipe = try recipe(variant, steps: 1)
      let network = try Network(
        try recipe.network(classes: training.classNames.count),
        image: [training.channels, size.imageSize, size.imageSize], backend: backend,
        options: NetworkOptions(
          batchSizes: [size.batchSize], precision: computation.precision ?? .float32, isTraining: true,
          optimizerSlots: recipe.rule(learningRate: 0).slots, microBatch: computation.microBatch,
          convolutions: computation.convolutions ?? .automatic))
      guard let time = StepTime(of: network, on: ceilings) else { return nil }
      let images = Double(size.batchSize)
      costs.append(
        VariantCost(
          variant: variant.identifier, trainingImage: time.total / images, testImage: time.forward / images,
          start: 0))
    }
    return costs
  }

  /// The measured time of each variant, from some of its steps.
  ///
  /// - Parameters:
  ///   - budget: The time for all runs in seconds; measuring takes a small part of it.
  ///   - predicted: The predicted times, which determine the number of steps; nil for the minimum.
  ///   - shouldStop: Called after each step.
  /// - Returns: The costs; nil if it was stopped.
  /// - Throws: The errors of training.
  func measured(budget: Double, predicted: [VariantCost]?, shouldStop: () -> Bool) throws -> [VariantCost]? {
    let step = (predicted ?? []).reduce(0) { $0 + $1.trainingImage } * Double(size.batchSize)
    let affordable = step > 0 ? Int(min(Self.share * budget / step, 1e6)) : 0
    let steps = min(max(affordable, Self.steps.lowerBound), Self.steps.upperBound)
    var costs: [VariantCost] = []
    for variant in exercise.variants {
      guard let cost = try measured(variant, steps: steps, shouldStop) else { return nil }
      costs.append(cost)
    }
    return costs
  }

  private func measured(_ variant: ExerciseVariant, steps: Int, _ shouldStop: () -> Bool) throws
    -> VariantCost?
  {
    let clock = ContinuousClock()
    let began = clock.now
    let trainer = try Trainer(
      recipe: recipe(variant, steps: steps), training: training, test: test, backend: backend)
    let start = (clock.now - began) / .seconds(1)
    let watch = StepWatch()
    guard try trainer.run(observers: [watch], shouldStop: shouldStop) != .interrupted else { return nil }
    return VariantCost(
      variant: variant.identifier, trainingImage: watch.secondsPerTrainingImage,
      testImage: watch.testSeconds / Double(max(trainer.testImageCount, 1)), start: start)
  }

  /// The recipe for a number of steps, plus a first one that prepares the kernels.
  private func recipe(_ variant: ExerciseVariant, steps: Int) throws -> Recipe {
    let batch = size.batchSize
    return try variant.recipe(
      RunSize(
        size, epochs: 1, trainingImages: min((steps + 1) * batch, training.count),
        testImages: min(Self.testBatches * batch, test.count)),
      seed: 0, computation: computation)
  }
}

/// Measures the steps of a short training run.
private final class StepWatch: TrainingObserver {
  private var steps: [(images: Int, seconds: Double)] = []
  private var testBegan = ContinuousClock.now
  private(set) var testSeconds = 0.0

  /// The time per image of all steps except the first, unless it is the only one.
  var secondsPerTrainingImage: Double {
    let counted = steps.count > 1 ? steps.dropFirst() : steps[...]
    let images = counted.reduce(0) { $0 + $1.images }
    return counted.reduce(0) { $0 + $1.seconds } / Double(max(images, 1))
  }

  func didStep(_ progress: StepProgress) {
    steps.append((progress.batchScore.count, progress.batchSeconds))
  }

  func testWillBegin(epoch: Int) { testBegan = .now }

  func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) {
    testSeconds = (ContinuousClock.now - testBegan) / .seconds(1)
  }
}
