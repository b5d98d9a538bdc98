import Training

/// Keeps `curves.svg` in a run's folder up to date: it is written after each epoch and at the end of training.
public final class CurvesWriter: TrainingObserver {
  private let folder: String
  private let report: (String) -> Void
  private var hasFailed = false

  /// Creates a writer for the folder of a run.
  ///
  /// - Parameters:
  ///   - folder: The folder of the run.
  ///   - report: Called once if the file cannot be written, which does not stop training.
  public init(folder: String, report: @escaping (String) -> Void) {
    self.folder = folder
    self.report = report
  }

  /// Writes the file from the folder's contents.
  public func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) {
    write()
  }

  /// Writes the file, with the steps of an epoch that was interrupted.
  public func trainingDidEnd(_ outcome: Trainer.Outcome, state: TrainingState) {
    write()
  }

  /// Writes the file, with the steps up to the failure.
  public func trainingDidFail(state: TrainingState) {
    write()
  }

  private func write() {
    guard !hasFailed else { return }
    do {
      let curves = TrainingCurves(try RunRecord(folder))
      if !curves.isEmpty { try curves.write() }
    } catch {
      hasFailed = true
      report("the curves are not drawn: \(error)")
    }
  }
}
