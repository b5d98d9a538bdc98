import NetworkInNetwork
import Reporting

/// Shows the progress of training: on a terminal as a rewritten line, otherwise as a line every ten seconds.
final class TrainingDisplay: TrainingObserver {
  private let terminal = Terminal.standardOutput
  private let live = LiveText(.standardOutput)
  private let testImages: Int
  private let plots: Bool
  private let clock = ContinuousClock()
  private var lastShown: ContinuousClock.Instant?
  private var estimate = TimeEstimate(stepsPerEpoch: 1, epochs: 1, testImages: 0, stepsDone: 0)
  private var curves = BookCurves()
  private var epochs = 1
  private var tab: Tab?
  private var line: TrainingLine?
  private var testBegan = ContinuousClock.now

  /// - Parameters:
  ///   - testImages: The number of images classified after each epoch.
  ///   - plots: Whether to draw the book's figure.
  init(testImages: Int, plots: Bool) {
    self.testImages = testImages
    self.plots = plots
  }

  func trainingWillBegin(_ network: Network, state: TrainingState, stepsPerEpoch: Int) {
    epochs = state.recipe.epochs
    estimate = TimeEstimate(
      stepsPerEpoch: stepsPerEpoch, epochs: epochs, testImages: testImages, stepsDone: state.step)
    curves = BookCurves(state.history)
    tab = state.recipe.tab
    terminal.say(TrainingHeading(network, state, stepsPerEpoch: stepsPerEpoch).description)
  }

  func didStep(_ progress: StepProgress) {
    estimate.addStep(images: progress.batchScore.count, seconds: progress.batchSeconds)
    if let half = progress.halfEpochLoss { curves.add(half) }
    guard isDue(orIf: progress.batch == progress.batchesPerEpoch) else { return }
    show(
      TrainingLine(
        epoch: progress.epoch, done: progress.batch, total: progress.batchesPerEpoch,
        loss: progress.epochLoss, accuracy: progress.epochAccuracy, learningRate: progress.learningRate,
        imagesPerSecond: estimate.imagesPerSecond, secondsLeft: estimate.seconds))
  }

  func testWillBegin(epoch: Int) {
    testBegan = clock.now
    line?.isTest = true
  }

  func didTest(images: Int, of total: Int) {
    estimate.noteTest(images: images)
    guard isDue(orIf: false), var line else { return }
    (line.done, line.total, line.secondsLeft) = (images, total, estimate.seconds)
    show(line)
  }

  func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) {
    estimate.endTest(seconds: (clock.now - testBegan) / .seconds(1))
    curves.add(result)
    live.clear()
    let line = EpochLine(result: result, pace: pace)
    let lines = terminal.isTerminal ? line.lines(width: terminal.width - 1) : [line.plain]
    terminal.write(lines.joined(separator: "\n") + "\n")
    if tab != nil { terminal.say("  in the book's measures: \(bookMeasures(result))") }
    if plots { live.show(figure(above: 0)) }
  }

  func didDiagnose(_ diagnosis: Diagnosis) {
    Log.warning("step \(diagnosis.step): \(diagnosis)")
  }

  func trainingDidEnd(_ outcome: Trainer.Outcome, state: TrainingState) {
    live.clear()
    guard plots else { return }
    terminal.write(figure(above: 0).joined(separator: "\n") + "\n")
  }

  // MARK: Rewritten lines

  private func isDue(orIf isLast: Bool) -> Bool {
    let interval: Duration = terminal.isInteractive ? .milliseconds(100) : .seconds(10)
    if let lastShown, clock.now - lastShown < interval, !isLast { return false }
    lastShown = clock.now
    return true
  }

  private func show(_ line: TrainingLine) {
    self.line = line
    let lines = terminal.isTerminal ? line.lines(width: terminal.width - 1) : [line.plain]
    guard terminal.isInteractive else { return terminal.write(lines.joined(separator: "\n") + "\n") }
    live.show((plots ? figure(above: lines.count) : []) + lines)
  }

  /// The figure, low enough to leave space for some lines.
  private func figure(above lines: Int) -> [String] {
    let figure = TextFigure(curves: curves.curves, epochs: epochs, hasColors: Color.isOn)
    let height =
      terminal.isInteractive ? min(terminal.height - 1 - lines, Self.figureHeight) : Self.figureHeight
    return figure.lines(width: min(terminal.width - 1, Self.figureWidth), height: height)
  }

  private static let figureHeight = 18
  private static let figureWidth = 100

  /// The epoch's values in the book's figure.
  private func bookMeasures(_ result: EpochResult) -> String {
    let losses = (result.bookTrainingLosses ?? []).map { point in
      "train_loss \(decimal(point.loss, places: 3)) at \(decimal(point.epochs, places: 2))"
    }
    let validation = [
      ("val_loss", result.bookValidationLoss), ("val_acc", result.bookValidationAccuracy),
    ].compactMap { name, value in value.map { "\(name) \(decimal($0, places: 3))" } }
    return (losses + validation).joined(separator: ", ")
  }
}

/// Names separated by commas, or `none`.
func listed(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
