import NetworkInNetwork
import Reporting

/// Shows how a training goes: on a terminal a bar that moves, elsewhere a line every few seconds.
final class TrainingDisplay: TrainingObserver {
  private let terminal = Terminal.standardOutput
  private let clock = ContinuousClock()
  private var lastShown: ContinuousClock.Instant?
  private var stepsInAll = 0
  private var firstStep = 0
  private var began = ContinuousClock.now
  private var tab: Tab?

  func trainingWillBegin(_ network: Network, state: TrainingState, stepsPerEpoch: Int) {
    let recipe = state.recipe
    stepsInAll = recipe.epochs * stepsPerEpoch
    firstStep = state.step
    began = clock.now
    tab = recipe.tab
    let memory = network.memory
    print(
      """
      training \(recipe.model) on \(network.backend.name) (\(network.backend.information.library), \
      \(network.backend.information.instructionSet), \(network.backend.threads.count) threads)
      images \(network.image), batches of \(recipe.batchSize) computed by \(network.microBatch), \
      \(recipe.epochs) epochs of \(stepsPerEpoch) steps, learning rate \(recipe.learningRate.peak), \
      seed \(recipe.seed)
      memory held: \(memory.parts >> 20) MiB activations, \((memory.weights + memory.packed) >> 20) MiB weights, \
      \((memory.gradients + memory.optimizer + memory.averages) >> 20) MiB gradients and optimizer
      layers rewritten: \(rewrites(network))
      convolutions by winograd: \(listed(network.layers(by: .winograd)))
      """)
    if let tab { print(description(tab)) }
  }

  /// What the tab decides.
  private func description(_ tab: Tab) -> String {
    let initialisation = tab.initialisation
    return "as the book's \(tab.rawValue) tab: weights \(initialisation.weights.rawValue), biases "
      + "\(initialisation.biases.rawValue), resized like \(tab.resize.rawValue), "
      + "\(tab.shufflesBatches ? "whole batches" : "examples") shuffled"
  }

  /// Each rewrite with how often it was made.
  private func rewrites(_ network: Network) -> String {
    let names = network.rewrites.map(\.name)
    let counts = names.indices.filter { names.firstIndex(of: names[$0]) == $0 }.map { first in
      "\(names[first]) (\(names.count { $0 == names[first] }))"
    }
    return counts.isEmpty ? "none" : counts.joined(separator: ", ")
  }

  func didStep(_ progress: StepProgress) {
    let interval: Duration = terminal.isInteractive ? .milliseconds(100) : .seconds(10)
    let isLast = progress.batch == progress.batchesPerEpoch
    if let lastShown, clock.now - lastShown < interval, !isLast { return }
    lastShown = clock.now
    let stepsDone = progress.step - firstStep
    let seconds = (clock.now - began) / .seconds(1)
    let remaining = seconds / Double(max(stepsDone, 1)) * Double(stepsInAll - progress.step)
    let counts = "epoch \(progress.epoch), \(progress.batch)/\(progress.batchesPerEpoch)"
    let figures =
      "loss \(decimal(progress.epochLoss, places: 3)), "
      + "\(decimal(progress.pace.imagesPerSecond, places: 1)) images/s, ETA \(duration(remaining))"
    if terminal.isInteractive {
      terminal.rewriteLine("\(counts) \(bar(progress)) \(figures)")
    } else {
      print("\(counts): \(figures)")
    }
  }

  func testWillBegin(epoch: Int) {
    if terminal.isInteractive { terminal.rewriteLine("epoch \(epoch), testing") }
  }

  func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) {
    terminal.clearLine()
    let parts = [
      ("train", Optional(result.trainingLoss), Optional(result.trainingAccuracy)),
      ("validation", result.validationLoss, result.validationAccuracy),
      ("test", result.testLoss, result.testAccuracy),
      ("average's validation", result.averageValidationLoss, result.averageValidationAccuracy),
      ("average's test", result.averageTestLoss, result.averageTestAccuracy),
    ].compactMap { name, loss, accuracy in
      loss.map { "\(name) loss \(decimal($0, places: 3)), \(name) acc \(decimal(accuracy ?? 0, places: 3))" }
    }
    print(
      "epoch \(result.epoch): \(parts.joined(separator: ", ")), \(decimal(pace.imagesPerSecond, places: 1)) images/s, "
        + "\(decimal(100 * pace.waitingShare, places: 2)) % of the time waiting for data")
    if tab != nil { print("  in the book's measures: \(bookMeasures(result))") }
  }

  /// What the book draws of the epoch.
  private func bookMeasures(_ result: EpochResult) -> String {
    let losses = (result.bookTrainingLosses ?? []).map { point in
      "train_loss \(decimal(point.loss, places: 3)) at \(decimal(point.epochs, places: 2))"
    }
    let validation = [
      ("val_loss", result.bookValidationLoss), ("val_acc", result.bookValidationAccuracy),
    ].compactMap { name, value in value.map { "\(name) \(decimal($0, places: 3))" } }
    return (losses + validation).joined(separator: ", ")
  }

  func didDiagnose(_ diagnosis: Diagnosis) {
    terminal.clearLine()
    Log.warning("step \(diagnosis.step): \(diagnosis)")
  }

  private func bar(_ progress: StepProgress) -> String {
    let width = min(max(terminal.width - 80, 10), 40)
    let filled = width * progress.batch / max(progress.batchesPerEpoch, 1)
    return "▕" + String(repeating: "█", count: filled) + String(repeating: " ", count: width - filled) + "▏"
  }
}

/// Names with commas between, or that there are none.
func listed(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
