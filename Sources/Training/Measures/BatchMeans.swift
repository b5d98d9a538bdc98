import Backends

/// Loss and accuracy as the book's `val_loss` and `val_acc`: unweighted means over batches.
///
/// The images of a short last batch therefore have more weight.
///
/// Source: the book's `validation_step` (section 4.3.1), whose values its `ProgressBoard` averages.
struct BatchMeans: Equatable {
  private var lossSum = 0.0
  private var accuracySum = 0.0
  private var batches = 0

  /// Adds a batch.
  mutating func add(_ score: ClassificationScore) {
    lossSum += score.loss
    accuracySum += score.accuracy
    batches += 1
  }

  /// The mean of the batches' mean losses; nil without a batch.
  var loss: Double? { batches > 0 ? lossSum / Double(batches) : nil }

  /// The mean of the batches' accuracies; nil without a batch.
  var accuracy: Double? { batches > 0 ? accuracySum / Double(batches) : nil }
}
