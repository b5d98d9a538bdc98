import Tensors
import Training

/// One of the things that are compared: a run, or a column of a table of accuracies.
struct ComparedRun {
  /// What it is called, different from all others.
  var name: String
  /// The run; nil for a column of a table.
  let run: RunRecord?
  /// The accuracy on what is not trained on, by the epochs that were done.
  let accuracies: [(x: Double, y: Double)]
  /// The loss on it, likewise.
  let losses: [(x: Double, y: Double)]

  /// Takes a run.
  init(_ run: RunRecord) {
    name = run.name.onOneLine(atMost: 60)
    self.run = run
    accuracies = run.epochs.compactMap { epoch in epoch.heldOutAccuracy.map { (Double(epoch.epoch), $0) } }
    losses = run.epochs.compactMap { epoch in epoch.heldOutLoss.map { (Double(epoch.epoch), $0) } }
  }

  /// Takes a column of a table.
  init(name: String, accuracies: [(x: Double, y: Double)]) {
    self.name = name
    run = nil
    self.accuracies = accuracies
    losses = []
  }

  /// Whether there was anything to judge it by.
  var isJudged: Bool { !accuracies.isEmpty }

  /// The accuracy after an epoch, if it was measured.
  func accuracy(after epoch: Int) -> Double? { accuracies.first { $0.x == Double(epoch) }?.y }
}
