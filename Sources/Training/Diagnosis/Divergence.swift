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
  /// The learning rate of the step, or of the last one before the test.
  let learningRate: Double
  /// The folder of the run; nil if nothing is written.
  let folder: RunFolder?

  /// The error.
  var error: TrainingError {
    let when = step.map { "in step \($0)" } ?? "in the test after epoch \(epochs + 1)"
    let what = origin.map { "\($0), the first non-finite number" } ?? "the loss is not finite"
    return TrainingError.diverged(
      step: step, completeEpochs: epochs, checkpoint: checkpoint,
      reason: "the run has diverged \(when): \(what); \(advice)\(remains)")
  }

  private var advice: String {
    switch origin?.pass {
    case .images: "check the images and the deviation in their normalization"
    case .parameters: "the run started with it: check the initial weights"
    default: "\(joined(remedies, by: "or")) may help"
    }
  }

  /// The remedies that the recipe does not have yet.
  private var remedies: [String] {
    let schedule = recipe.learningRate
    return [
      "a lower learning rate (it was \(learningRate))",
      schedule.warmUpSteps > 0 || schedule.shape == .oneCycle ? nil : "a warm-up",
      recipe.maximumGradientNorm == nil ? "clipped gradients" : nil,
    ].compactMap(\.self)
  }

  /// The file with the network of the last complete epoch.
  private var checkpoint: String? { epochs > 0 ? folder?.checkpoint : nil }

  private var remains: String {
    guard folder != nil else { return "" }
    guard let checkpoint else { return "; no epoch was completed, so no network was written" }
    return "; the network of epoch \(epochs) is kept in \(checkpoint)"
  }
}
