import Tensors
import Training

/// One side of a comparison: a run, or a column of a table of accuracies.
struct ComparedRun {
  /// Its unique name.
  var name: String
  /// The run; nil for a column of a table.
  let run: RunRecord?
  /// The accuracy on images that were not trained on, over completed epochs.
  let accuracies: [(x: Double, y: Double)]
  /// The loss on the same images.
  let losses: [(x: Double, y: Double)]

  /// Creates a curve from a run.
  init(_ run: RunRecord) {
    name = run.name.onOneLine(atMost: 60)
    self.run = run
    accuracies = run.epochs.compactMap { epoch in epoch.heldOutAccuracy.map { (Double(epoch.epoch), $0) } }
    losses = run.epochs.compactMap { epoch in epoch.heldOutLoss.map { (Double(epoch.epoch), $0) } }
  }

  /// Creates a curve from a column of a table.
  init(name: String, accuracies: [(x: Double, y: Double)]) {
    self.name = name
    run = nil
    self.accuracies = accuracies
    losses = []
  }

  /// Completed epochs; for a table, the last one in it.
  var epochCount: Int { run.map { $0.metrics?.epochs ?? 0 } ?? accuracies.last.map { Int($0.x) } ?? 0 }

  /// The best epoch recorded by the run; for tables and for runs without that record, the first epoch with the highest
  /// accuracy.
  var bestEpoch: Int? {
    run?.metrics?.best?.epoch ?? accuracies.max { $0.y < $1.y }.map { Int($0.x) }
  }

  /// The accuracy after the best epoch, on the images of ``accuracies``.
  var bestAccuracy: Double? { bestEpoch.flatMap(accuracy) }

  /// Whether there is an accuracy to judge it by.
  var isJudged: Bool { !accuracies.isEmpty }

  /// The accuracy after an epoch, if it was measured.
  func accuracy(after epoch: Int) -> Double? { accuracies.first { $0.x == Double(epoch) }?.y }
}
