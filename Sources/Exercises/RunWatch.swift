import Networks
import Training

/// Counts the images of a run.
final class RunWatch: TrainingObserver {
  private let report: (Int) -> Void
  private var done = 0

  init(_ report: @escaping (Int) -> Void) {
    self.report = report
  }

  func trainingWillBegin(_ network: Network, state: TrainingState, stepsPerEpoch: Int) {
    done = state.step * state.recipe.batchSize
    report(done)
  }

  func didStep(_ progress: StepProgress) {
    done += progress.batchScore.count
    report(done)
  }
}
