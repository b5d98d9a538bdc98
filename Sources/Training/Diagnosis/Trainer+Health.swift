import Backends
import Datasets
import Networks
import Tensors

/// Diagnosis during training: why the network does not learn, and where it has diverged.
extension Trainer {
  /// Looks for problems that keep the network from learning, and measures the time that takes.
  func diagnose(_ result: EpochResult, _ confusion: ConfusionMatrix?) throws -> [Diagnosis] {
    let clock = ContinuousClock()
    let start = clock.now
    defer { secondsDiagnosing += (clock.now - start) / .seconds(1) }
    let activity = try channelActivity()
    return health.endEpoch(result, step: state.step, activity: activity, confusion: confusion)
  }

  private func channelActivity() throws -> ChannelActivity? {
    guard health.looksAtChannels else { return nil }
    do {
      return try ChannelActivity.look(at: network, on: images, state.recipe)
    } catch let error as NonFiniteLoss {
      throw divergence(error.origin, step: nil).error
    } catch {
      // An image that can no longer be read makes the next epoch fail, after this one has been written.
      return nil
    }
  }

  // MARK: Numbers that are not finite

  /// Finds the first non-finite number of a step.
  func divergence(_ batch: LabeledBatch, _ context: RunContext) throws -> TrainingError {
    try resetStatisticsOfFailedStep()
    let origin = try batch.pixels.flatMap { pixels in
      try network.firstNonFinite(
        pixels, labels: batch.labels, context: context, loss: functions.loss(state.recipe))
    }
    return divergence(origin, step: state.step + 1).error
  }

  /// Resets running statistics that the failed step has made non-finite, which would be found before their cause.
  private func resetStatisticsOfFailedStep() throws {
    guard !network.hasFiniteState else { return }
    let initial = network.stateSpecifications.map { name, specification in
      let (shape, value) = (specification.shape, specification.initialValue)
      return (name, Tensor(shape: shape, elements: Array(repeating: value, count: shape.elementCount)))
    }
    let tensors = Dictionary(uniqueKeysWithValues: initial)
    try network.setState { tensors[$0] ?? Tensor(shape: [], elements: []) }
  }

  /// Ends training, before anything is written, if a parameter or state is not finite.
  func requireFiniteNetwork(step: Int) throws {
    guard let (name, value) = try network.firstNonFiniteParameter() else { return }
    throw divergence(NonFiniteNumber(.update, of: name, value: value), step: step).error
  }

  /// The error of a run that has diverged in a step or, if that is nil, in the test of an epoch.
  func divergence(_ origin: NonFiniteNumber?, step: Int?) -> Divergence {
    let recipe = state.recipe
    let rate = recipe.learningRate.rate(
      step: max((step ?? state.step) - 1, 0), epochs: recipe.epochs, stepsPerEpoch: stepsPerEpoch)
    return Divergence(
      origin: origin, step: step, epochs: state.epoch, recipe: recipe, learningRate: rate, folder: folder)
  }
}
