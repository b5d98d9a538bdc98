import Networks

/// The error of a training run that has diverged: where, what to change, and which results are kept.
struct Divergence {
  /// The location of the first non-finite number; nil if it was not found again.
  let origin: NonFiniteNumber?
  /// The step, from 1; nil for a test.
  let step: Int?
  /// The complete epochs.
  let epochs: Int
  let recipe: Recipe
  /// The folder of the run; nil if nothing is written.
  let folder: RunFolder?

  /// The error.
  var error: TrainingError {
    let when = step.map { "in step \($0)" } ?? "in the test after epoch \(epochs + 1)"
    let what = origin.map { "\($0), the first non-finite number" } ?? "the loss is not finite"
    return TrainingError.diverged(
      step: step, completeEpochs: epochs, checkpoint: checkpoint,
      reason: "the training has diverged \(when): \(what); \(advice)\(remains)")
  }

  private var advice: String {
    switch origin?.pass {
    case .images: "check the images and the deviation in their normalization"
    case .parameters: "the training started with it: check the initial weights"
    default:
      "a lower learning rate (it is \(recipe.learningRate.peak)), a warm-up or clipped gradients may help"
    }
  }

  /// The file with the network of the last complete epoch.
  private var checkpoint: String? { epochs > 0 ? folder?.checkpoint : nil }

  private var remains: String {
    guard folder != nil else { return "" }
    guard let checkpoint else { return "; no epoch was completed, so no network was written" }
    return "; the network of epoch \(epochs) is kept in \(checkpoint)"
  }
}
