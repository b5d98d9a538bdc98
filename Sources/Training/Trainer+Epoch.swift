import Backends
import Datasets
import Networks

/// An epoch: its steps and its test.
extension Trainer {
  /// Trains the rest of the current epoch; false if it was stopped.
  func trainEpoch(_ observers: [any TrainingObserver], _ shouldStop: () -> Bool) throws -> Bool {
    let recipe = state.recipe
    let order = recipe.order(count: images.training.count, epoch: state.epoch)
    let loader = try BatchLoader(
      images: images.training, size: PixelSize(square: recipe.imageSize), method: recipe.resize,
      batchSize: recipe.batchSize, order: order.examples, shortBatch: order.shortBatch,
      transforms: ImageTransforms(transforms, seed: recipe.seed, epoch: state.epoch), startingAt: state.batch,
      threads: network.loadingThreads(of: images.training))
    let clock = ContinuousClock()
    var start = clock.now
    let waitedBefore = pace.secondsWaited
    if shouldStop() { return false }
    while let batch = try loader.next() {
      pace.secondsWaited = waitedBefore + loader.secondsWaited
      let progress = try step(batch, startedAt: start, clock)
      start = clock.now
      for observer in observers { observer.didStep(progress) }
      if let diagnosis = health.note(progress) {
        for observer in observers { observer.didDiagnose(diagnosis) }
      }
      try files?.add(HistoryRow(progress, seconds: seconds), state, network)
      if shouldStop() { return false }
    }
    return true
  }

  /// Makes a step.
  private func step(
    _ batch: LabeledBatch, startedAt start: ContinuousClock.Instant, _ clock: ContinuousClock
  ) throws -> StepProgress {
    let recipe = state.recipe
    let learningRate = recipe.learningRate.rate(
      step: state.step, epochs: recipe.epochs, stepsPerEpoch: stepsPerEpoch)
    guard let pixels = batch.pixels else {
      throw TrainingError.unsuitableInput(reason: "a batch has no images")
    }
    let context = RunContext(isTraining: true, seed: recipe.seed, step: state.step)
    let score = try network.computeGradients(
      pixels, labels: batch.labels, context: context, loss: functions.loss(recipe))
    let unclippedNorm = try recipe.maximumGradientNorm == nil ? network.gradientNorm : nil
    guard score.lossSum.isFinite, unclippedNorm?.isFinite ?? true else {
      throw try divergence(batch, context)
    }
    let clippedNorm = try network.update(
      functions.rule(recipe, learningRate: learningRate), step: state.step,
      maximumNorm: recipe.maximumGradientNorm)
    guard clippedNorm?.isFinite ?? true else { throw try divergence(batch, context) }
    if !network.parameterNorm.isFinite || !network.hasFiniteState {
      try requireFiniteNetwork(step: state.step + 1)
    }
    if let decay = recipe.averageDecay(step: state.step) { try network.updateAverage(decay: decay) }
    let halfEpoch = state.addToHalfEpoch(score.loss, stepsPerEpoch: stepsPerEpoch)
    state.batch += 1
    state.step += 1
    state.epochScore += score
    let seconds = (clock.now - start) / .seconds(1)
    pace.images += score.count
    pace.seconds += seconds
    return StepProgress(
      epoch: state.epoch + 1, batch: state.batch, batchesPerEpoch: stepsPerEpoch, step: state.step,
      learningRate: learningRate, gradientNorm: unclippedNorm ?? clippedNorm ?? 0,
      epochLoss: state.epochScore.loss, epochAccuracy: state.epochScore.accuracy, halfEpochLoss: halfEpoch,
      batchScore: score, batchSeconds: seconds, pace: pace)
  }

  /// Evaluates the epoch whose steps are complete; nil if it was stopped.
  func testEpoch(
    _ observers: [any TrainingObserver], _ shouldStop: () -> Bool
  ) throws -> (EpochResult, ConfusionMatrix?)? {
    let epoch = state.epoch + 1
    for observer in observers { observer.testWillBegin(epoch: epoch) }
    let test = HeldOutTest(
      network: network, images: images, batchSize: state.recipe.batchSize, loss: functions.testLoss,
      resize: state.recipe.resize)
    let total = testImageCount
    var done = 0
    let didTest = { (count: Int) in
      done += count
      for observer in observers { observer.didTest(images: done, of: total) }
    }
    do {
      guard let plain = try test.scores(shouldStop, didTest: didTest) else { return nil }
      var average: HeldOutScores?
      if network.options.keepsAverage {
        average = try network.withAverage { try test.scores(shouldStop, didTest: didTest) }
        if average == nil { return nil }
      }
      let result = EpochResult(
        epoch: epoch, training: state.epochScore, halves: state.halfEpochs?.complete ?? [], plain: plain,
        average: average)
      return (result, average?.confusion ?? plain.confusion)
    } catch let error as NonFiniteLoss {
      // The files of the previous epoch are better than those of a partly evaluated one.
      throw divergence(error.origin, step: nil).error
    }
  }
}
