import NetworkInNetwork

/// Prints the progress of training as JSON, one event per line.
final class TrainingEvents: TrainingObserver {
  private let testImages: Int
  private let clock = ContinuousClock()
  private var lastShown: ContinuousClock.Instant?
  private var estimate = TimeEstimate(stepsPerEpoch: 1, epochs: 1, testImages: 0, stepsDone: 0)
  private var epoch = 0
  private var testBegan = ContinuousClock.now

  /// - Parameter testImages: The number of images classified after each epoch.
  init(testImages: Int) {
    self.testImages = testImages
  }

  func trainingWillBegin(_ network: Network, state: TrainingState, stepsPerEpoch: Int) {
    let recipe = state.recipe
    estimate = TimeEstimate(
      stepsPerEpoch: stepsPerEpoch, epochs: recipe.epochs, testImages: testImages, stepsDone: state.step)
    TrainingEvent.print(
      .start,
      TrainingEvent.Fields(
        step: state.step, epoch: state.epoch, batches: stepsPerEpoch,
        learningRate: recipe.learningRate.peak, model: state.completeRecipe.networkName,
        backend: network.backend.name,
        library: network.backend.information.library, threads: network.backend.threads.count,
        image: network.image.extents, batchSize: recipe.batchSize, microBatch: network.microBatch,
        epochs: recipe.epochs, seed: recipe.seed,
        parameters: network.parameterShapes.reduce(0) { $0 + $1.shape.elementCount },
        packageVersion: PackageVersion.current))
  }

  func didStep(_ progress: StepProgress) {
    estimate.addStep(images: progress.batchScore.count, seconds: progress.batchSeconds)
    epoch = progress.epoch
    guard isDue(orIf: progress.batch == progress.batchesPerEpoch) else { return }
    TrainingEvent.print(
      .progress,
      TrainingEvent.Fields(
        step: progress.step, epoch: progress.epoch, batch: progress.batch, batches: progress.batchesPerEpoch,
        loss: progress.epochLoss, accuracy: progress.epochAccuracy, batchLoss: progress.batchLoss,
        gradientNorm: progress.gradientNorm, learningRate: progress.learningRate,
        imagesPerSecond: estimate.imagesPerSecond, secondsLeft: estimate.seconds))
  }

  func testWillBegin(epoch: Int) {
    testBegan = clock.now
  }

  func didTest(images: Int, of total: Int) {
    estimate.noteTest(images: images)
    guard isDue(orIf: images == total) else { return }
    TrainingEvent.print(
      .test,
      TrainingEvent.Fields(epoch: epoch, images: images, total: total, secondsLeft: estimate.seconds))
  }

  func didFinishEpoch(_ result: EpochResult, pace: TrainingPace) {
    estimate.endTest(seconds: (clock.now - testBegan) / .seconds(1))
    TrainingEvent.print(
      .epoch,
      TrainingEvent.Fields(epoch: result.epoch, imagesPerSecond: pace.imagesPerSecond, result: result))
  }

  func didDiagnose(_ diagnosis: Diagnosis) {
    TrainingEvent.print(
      .diagnosis,
      TrainingEvent.Fields(
        message: diagnosis.description, step: diagnosis.step, kind: diagnosis.kind,
        finding: diagnosis.finding, advice: diagnosis.advice))
  }

  private func isDue(orIf isLast: Bool) -> Bool {
    if let lastShown, clock.now - lastShown < .seconds(1), !isLast { return false }
    lastShown = clock.now
    return true
  }
}

/// Prints only warnings of problems that keep a network from learning.
final class TrainingWarnings: TrainingObserver {
  func didDiagnose(_ diagnosis: Diagnosis) {
    Log.warning("step \(diagnosis.step): \(diagnosis)")
  }
}
