import Backends
import Layers
import MachineLimits
import Training

/// Answers the exercise on resources: measures the networks that are missing in its folder, and writes the answer.
package final class ResourceRunner {
  private let exercise: Exercise
  private let models: [ModelCatalog]
  private let folder: ExerciseFolder
  private let budget: Double
  private let backend: any Backend
  private let computation: Recipe.Computation
  private let ceilings: () throws -> Ceilings?
  private let report: (ExerciseProgress) -> Void

  /// Creates a runner; nothing is computed yet.
  ///
  /// - Parameters:
  ///   - exercise: The exercise.
  ///   - models: The networks.
  ///   - folder: The folder for the answer.
  ///   - budget: The time limit for all measurements together, in seconds.
  ///   - backend: The backend to compute on.
  ///   - computation: Precision, backend and so on.
  ///   - ceilings: Measures the machine's peak performance, from which times are predicted; returns nil to omit that.
  ///   - report: Receives the progress.
  package init(
    _ exercise: Exercise, models: [ModelCatalog], folder: ExerciseFolder, budget: Double,
    backend: any Backend, computation: Recipe.Computation = .init(),
    ceilings: @escaping () throws -> Ceilings? = { nil },
    report: @escaping (ExerciseProgress) -> Void = { _ in }
  ) {
    self.exercise = exercise
    self.models = models
    self.folder = folder
    self.budget = budget
    self.backend = backend
    self.computation = computation
    self.ceilings = ceilings
    self.report = report
  }

  /// Answers the exercise and writes the answer's files.
  ///
  /// - Parameter shouldStop: Called after each step.
  /// - Returns: The answer; nil if it was stopped, and can be resumed.
  /// - Throws: ``ExerciseError`` if the budget is too small or the folder has another answer; the errors of `Network`
  ///   and of files.
  package func run(shouldStop: () -> Bool = { false }) throws -> ResourceAnswer? {
    try folder.requireOwn()
    let lock = try RunFolder(folder.path)
    defer { lock.release() }
    let plan = try storedPlan() ?? newPlan()
    var costs: [NetworkCost] = []
    let began = ContinuousClock.now
    for (index, model) in models.enumerated() {
      report(.phase("measuring \(model.rawValue)"))
      // The machine may be slower than predicted.
      let deadline = began + .seconds(plan.budget * Double(index + 1) / Double(models.count))
      guard let cost = try cost(of: model, plan, { .now > deadline }, shouldStop) else { return nil }
      costs.append(cost)
    }
    let answer = ResourceAnswer(exercise: exercise, batch: plan.batch, backend: plan.backend, costs: costs)
    try answer.write(to: folder)
    return answer
  }

  private func storedPlan() throws -> ResourcePlan? {
    guard folder.has(folder.plan) else { return nil }
    guard let plan = folder.readJSON(ResourcePlan.self, from: folder.plan), plan.exercise == exercise.number
    else {
      throw ExerciseError.otherPlan(
        path: folder.plan,
        reason: "\(folder.plan) is not the plan of exercise \(exercise.number); give another --output")
    }
    guard plan.budget == budget, plan.backend == backend.name else {
      throw ExerciseError.otherPlan(
        path: folder.path,
        reason:
          "\(folder.path) was planned with --budget \(ExercisePlan.given(plan.budget)) on the backend \(plan.backend); give the "
          + "same options to resume it, or another --output")
    }
    return plan
  }

  private func newPlan() throws -> ResourcePlan {
    report(.phase("predicting times"))
    let batch = 8
    let seconds = try ceilings().flatMap { ceilings in
      try models.reduce(Optional(0.0)) { sum, model in
        let timing = NetworkTiming(model: model, backend: backend, computation: computation)
        let own = try timing.predictedSeconds(batch: batch, on: ceilings)
        return sum.flatMap { sum in own.map { sum + $0 / Double(batch) } }
      }
    }
    let plan = try ResourcePlan(
      exercise: exercise.number, budget: budget, backend: backend.name, secondsPerImage: seconds)
    try folder.writeJSON(plan, to: folder.plan)
    return plan
  }

  private func cost(
    of model: ModelCatalog, _ plan: ResourcePlan, _ isLate: () -> Bool, _ shouldStop: () -> Bool
  ) throws -> NetworkCost? {
    let path = "\(folder.path)/runs/\(model.rawValue)"
    if let known = folder.readJSON(NetworkCost.self, from: folder.result(in: path)) { return known }
    let timing = NetworkTiming(model: model, backend: backend, computation: computation)
    let cost = try timing.cost(
      batch: plan.batch, repetitions: plan.repetitions, isLate: isLate, shouldStop: shouldStop)
    guard let cost else { return nil }
    try folder.create(path)
    try folder.writeJSON(cost, to: folder.result(in: path))
    return cost
  }
}
