import Networks

/// The start of a run: the parameters of the network, and the files in the folder.
extension Trainer {
  /// Initializes the network's parameters, and writes the first files.
  func begin(
    _ weights: InitialWeights?, _ folder: RunFolder?, _ interval: CheckpointInterval
  ) throws {
    try folder?.requireHeld()
    let recipe = state.recipe
    try network.initialize(recipe.effectiveInitialization, seed: recipe.seed)
    if let weights {
      findings.newParameters = try network.takeParameters(of: weights.checkpoint, from: weights.path)
      findings.weights = weights.comparison(
        with: description, takesNormalization: recipe.normalization == nil,
        keepsHead: findings.newParameters.isEmpty)
    }
    if recipe.averageDecay != nil { try network.resetAverage() }
    guard let folder else { return }
    try description.model.requireRegistered()
    findings.earlierRun = try folder.setAsideEarlierRun()
    do {
      // Written before the first step, so that an unwritable folder is detected now, and before the other files, which
      // without a state would be mistaken for an earlier run's.
      try folder.replaceState(state.stage(network, for: folder.state))
      let files = try RunFiles(folder, state, description: description, interval: interval)
      self.files = files
      try files.write(metrics)
    } catch {
      if let earlierRun = findings.earlierRun { folder.restore(earlierRun: earlierRun) }
      throw error
    }
  }

  /// Loads the newest intact state into the network.
  func resume(_ folder: RunFolder?, _ interval: CheckpointInterval) throws {
    guard let folder else { throw TrainingError.mismatch(reason: "resuming a run needs its folder") }
    try folder.requireHeld()
    let newest = try folder.newestState()
    guard newest.state.step == state.step else {
      throw TrainingError.mismatch(
        reason: "\(newest.path) is at step \(newest.state.step), but the given state is at \(state.step)")
    }
    findings.damagedState = newest.problem
    try TrainingState.load(path: newest.path, into: network)
    if newest.problem != nil {
      _ = try folder.setAside(RunFolder.stateName)
    } else if try newest.path == folder.state && !newest.state.ownsCheckpoint(in: folder) {
      findings.foreignCheckpoint = try folder.setAside(RunFolder.checkpointName)
    }
    state.noteChanges(since: newest.state)
    let files = try RunFiles(folder, state, description: description, interval: interval)
    self.files = files
    findings.foreignHistory = files.foreignHistory
    findings.lacksHistory = files.lacksHistory
    try files.restoreCheckpoints(state, network)
    if let best = state.best, !files.hasBest(of: state) { findings.missingBestEpoch = best.epoch }
    try files.write(metrics)
  }
}
