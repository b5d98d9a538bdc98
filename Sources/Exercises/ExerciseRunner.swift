import Backends
import Datasets
import Layers
import Tensors
import Training

/// Plans the runs of an exercise, performs the missing ones, and writes the answer.
///
/// Each run is an ordinary training run with its state, so an exercise that was interrupted or killed can be resumed;
/// completed runs are not repeated. The runs of a seed follow each other, so that whenever the budget ends, the
/// variants have the same number of seeds.
package final class ExerciseRunner {
  private let exercise: Exercise
  private let folder: ExerciseFolder
  private let setting: Setting
  private let report: (ExerciseProgress) -> Void

  /// Creates a runner; nothing is computed yet.
  ///
  /// - Parameters:
  ///   - exercise: An exercise that is answered by training.
  ///   - folder: The folder for the answer.
  ///   - setting: The setting.
  ///   - report: Receives the progress.
  package init(
    _ exercise: Exercise, folder: ExerciseFolder, setting: Setting,
    report: @escaping (ExerciseProgress) -> Void = { _ in }
  ) {
    self.exercise = exercise
    self.folder = folder
    self.setting = setting
    self.report = report
  }

  /// Answers the exercise and writes the answer's files.
  ///
  /// - Parameter shouldStop: Called after each step.
  /// - Returns: The answer; nil if it was stopped, and can be resumed.
  /// - Throws: ``ExerciseError`` if the budget is too small, there are too few images, or the folder has another
  ///   answer; the errors of training and of files.
  package func run(shouldStop: () -> Bool = { false }) throws -> ExerciseAnswer? {
    try requireImages()
    try folder.requireOwn()
    let lock = try RunFolder(folder.path)
    defer { lock.release() }
    guard let plan = try storedPlan() ?? newPlan(shouldStop) else { return nil }
    report(.planned(plan))
    guard let outcomes = try outcomes(plan, shouldStop) else { return nil }
    let classes = setting.training.classNames.count
    let answer = ExerciseAnswer(
      try exercise.withChannels(width: plan.size.width, classes: classes), plan, outcomes: outcomes,
      guessing: setting.test.prefix(plan.testImages).mostCommonShare, available: setting.training.count)
    try ExerciseReport(answer).write(to: folder)
    return answer
  }

  private func requireImages() throws {
    let classes = setting.training.classNames.count
    guard classes >= 2 else {
      throw ExerciseError.unsuitableInput(
        reason: "the data has \(counted(classes, "class")); comparing networks needs at least 2")
    }
    for (name, images) in [("training", setting.training), ("test", setting.test)] where images.count < 2 {
      throw ExerciseError.unsuitableInput(
        reason: "the data has \(counted(images.count, "\(name) image")); at least 2 are needed")
    }
  }

  // MARK: The plan

  private var request: ExercisePlan.Request {
    ExercisePlan.Request(
      exercise: exercise.number, budget: setting.budget,
      size: setting.size ?? .usual(budget: setting.budget), backend: setting.backend.name,
      trainingImages: setting.training.count, testImages: setting.test.count)
  }

  private func storedPlan() throws -> ExercisePlan? {
    guard folder.has(folder.plan) else { return nil }
    guard let stored = folder.readJSON(StoredPlan.self, from: folder.plan) else {
      throw ExerciseError.otherPlan(
        path: folder.plan, reason: "\(folder.plan) is not the plan of an exercise; give another --output")
    }
    try stored.require(
      request, variants: exercise.variants.map(\.identifier), isSizeGiven: setting.size != nil,
      data: digests(of: stored.plan), folder: folder.path)
    return stored.plan
  }

  private func digests(of plan: ExercisePlan) -> DataDigests {
    DataDigests(
      training: setting.training.prefix(plan.trainingImages).digest,
      test: setting.test.prefix(plan.testImages).digest)
  }

  /// A plan based on measured speeds; nil if it was stopped.
  private func newPlan(_ shouldStop: () -> Bool) throws -> ExercisePlan? {
    report(.phase("measuring speeds"))
    let began = ContinuousClock.now
    let warmUp = WarmUp(
      exercise: exercise, size: request.size, training: setting.training, test: setting.test,
      backend: setting.backend, computation: setting.computation)
    let predicted = try setting.ceilings().flatMap { try warmUp.predicted(on: $0) }
    if let predicted { try requireFeasible(predicted) }
    guard
      let costs = try warmUp.measured(budget: setting.budget, predicted: predicted, shouldStop: shouldStop)
    else { return nil }
    let spent = (ContinuousClock.now - began) / .seconds(1)
    let plan = try ExercisePlan(request, costs: costs, spent: spent)
    try folder.writeJSON(StoredPlan(plan: plan, data: digests(of: plan)), to: folder.plan)
    return plan
  }

  /// Rejects a budget, before anything is run, that is too small even if the networks take half the predicted time.
  private func requireFeasible(_ predicted: [VariantCost]) throws {
    guard (try? ExercisePlan(request, costs: predicted.map { $0.scaled(by: 0.5) })) == nil else { return }
    _ = try ExercisePlan(request, costs: predicted)
  }

  // MARK: The runs

  /// The outcomes of all seeds that the budget sufficed for; nil if it was stopped.
  private func outcomes(_ plan: ExercisePlan, _ shouldStop: () -> Bool) throws -> [RunOutcome]? {
    var outcomes: [RunOutcome] = []
    for seed in 0..<plan.seeds {
      let seconds = outcomes.reduce(0) { $0 + $1.seconds }
      // The machine may be slower than when the plan was made.
      let isAffordable = seed < 2 || seconds + seconds / Double(seed) <= plan.budget
      let paths = exercise.variants.map { folder.run($0.identifier, seed: seed) }
      guard isAffordable || paths.contains(where: folder.has) else { break }
      for (index, variant) in exercise.variants.enumerated() {
        let done = seed * exercise.variants.count + index
        guard let outcome = try outcome(of: variant, seed: seed, plan, runsDone: done, shouldStop) else {
          return nil
        }
        outcomes.append(outcome)
        report(.finished(outcome))
      }
    }
    return outcomes
  }

  private func outcome(
    of variant: ExerciseVariant, seed: Int, _ plan: ExercisePlan, runsDone: Int, _ shouldStop: () -> Bool
  ) throws -> RunOutcome? {
    let path = folder.run(variant.identifier, seed: seed)
    if let known = folder.readJSON(RunOutcome.self, from: folder.result(in: path)) { return known }
    try folder.create(path)
    let runFolder = try RunFolder(path)
    defer { runFolder.release() }
    let recipe = try variant.recipe(plan.run, seed: UInt64(seed), computation: setting.computation)
    let began = ContinuousClock.now
    let trainer = try Trainer(
      state: try storedState(runFolder, recipe) ?? TrainingState(recipe: recipe), training: setting.training,
      test: setting.test, backend: setting.backend, folder: runFolder, interval: setting.interval)
    let perRun = plan.epochs * plan.trainingImages
    let total = plan.seeds * exercise.variants.count * perRun
    let watch = RunWatch { [report] done in
      report(.trained(images: runsDone * perRun + done, total: total))
    }
    guard try trainer.run(observers: [watch], shouldStop: shouldStop) != .interrupted else { return nil }
    let values = try RunMeasurement(trainer: trainer).values(exercise.measures)
    let summary = try Summary(of: trainer)
    let metrics = try RunMetrics(path: runFolder.metrics)
    let seconds = max((ContinuousClock.now - began) / .seconds(1), metrics.seconds ?? 0)
    let outcome = RunOutcome(
      variant: variant.identifier, seed: seed, parameters: summary.parameters,
      multiplyAccumulates: summary.macs,
      accuracies: trainer.state.history.map { $0.testAccuracy ?? $0.trainingAccuracy }, values: values,
      seconds: seconds, imagesPerSecond: metrics.imagesPerSecond ?? 0)
    try folder.writeJSON(outcome, to: folder.result(in: path))
    return outcome
  }

  /// The state of a run that was interrupted; nil if there is none, or it has a different recipe.
  private func storedState(_ runFolder: RunFolder, _ recipe: Recipe) throws -> TrainingState? {
    guard runFolder.hasState else { return nil }
    let state = try runFolder.newestState().state
    // The same data may be in a different folder now.
    var sameElsewhere = recipe
    sameElsewhere.computation = state.recipe.computation
    return state.recipe == sameElsewhere ? state : nil
  }
}

extension VariantCost {
  fileprivate func scaled(by factor: Double) -> VariantCost {
    VariantCost(
      variant: variant, trainingImage: factor * trainingImage, testImage: factor * testImage,
      start: factor * start)
  }
}

extension LabeledImages {
  /// The share of the images in the most common class.
  fileprivate var mostCommonShare: Double {
    let counts = labels.reduce(into: [Int32: Int]()) { $0[$1, default: 0] += 1 }
    return Double(counts.values.max() ?? 0) / Double(max(labels.count, 1))
  }
}
