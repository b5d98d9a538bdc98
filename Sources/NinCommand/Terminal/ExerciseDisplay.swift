import Exercises
import NetworkInNetwork
import Reporting

/// Shows the progress of an exercise: a line for the plan and each completed run, and the remaining images.
final class ExerciseDisplay {
  private let exercise: Exercise
  private let isQuiet: Bool
  private let progress: CommandProgress
  /// The images seen by earlier processes, excluded from the estimate of the remaining time.
  private var imagesBefore: Int?

  init(_ exercise: Exercise, isQuiet: Bool) {
    self.exercise = exercise
    self.isQuiet = isQuiet
    progress = CommandProgress(isQuiet: isQuiet)
  }

  /// Shows an event.
  func show(_ event: ExerciseProgress) {
    switch event {
    case .phase(let phase): progress.show(phase)
    case .planned(let plan): say(text(plan))
    case .trained(let images, let total):
      let before = imagesBefore ?? images
      imagesBefore = before
      progress.show("exercise \(exercise.number)", images - before, of: total - before)
    case .finished(let outcome): say(text(outcome))
    }
  }

  /// Removes the rewritten line.
  func clear() { progress.clear() }

  private func say(_ line: String) {
    guard !isQuiet else { return }
    progress.makeRoom { Terminal.standardOutput.say(line) }
  }

  private func text(_ plan: ExercisePlan) -> String {
    let (size, networks) = (plan.size, exercise.variants.count)
    return
      "\(networks) networks with \(plan.seeds) seeds each, \(counted(plan.epochs, "epoch")) of \(grouped(plan.trainingImages)) images of "
      + "\(size.imageSize)×\(size.imageSize): about \(duration(plan.seconds))"
  }

  private func text(_ outcome: RunOutcome) -> String {
    let name = exercise.variants.first { $0.identifier == outcome.variant }?.name ?? outcome.variant
    let accuracy = outcome[.accuracy].map { ", accuracy \(ExerciseMeasure.accuracy.text($0))" } ?? ""
    return "\(name), seed \(outcome.seed): \(duration(outcome.seconds))\(accuracy)"
  }
}
