import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train NiN on Fashion-MNIST or other images.",
    discussion: """
      After each epoch the network is written to DIR/checkpoint.safetensors, with PyTorch's names, and that of the best \
      epoch to DIR/best.safetensors. The best epoch is the one with the highest accuracy on the images that \
      --validation-split holds out or, without it, on the test images. DIR also has history.csv with a row for each step, \
      metrics.json, recipe.json5, from which --recipe runs the training again, curves.svg, the book's figure, and at the \
      end report.html, a page about the training. Files of another training in DIR are \
      moved to DIR/earlier first, never overwritten; while a training runs, no other can use DIR (on a file system \
      without locks this is up to you, and a warning says so).

      The state is written every minute and after each epoch, so a training that is killed loses no more than that. \
      Ctrl-C, a request to terminate and a closed terminal end it after the present step and write its state; a second \
      one, half a second or more later, ends it at once. --resume continues from the state, on the same backend; on the \
      same CPU, with any --threads, the result is as if nothing had happened.

      A batch is computed in parts (--micro-batch) whose gradients are added up, which is what other programs call \
      gradient accumulation: a batch of any size fits into memory.

      Options change the recipe; what is not given stays as the recipe has it.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup(title: "Recipe") var options: RecipeOptions
  @OptionGroup var data: DataOptions
  @OptionGroup(title: "What is printed") var printing: OutputOptions
  @OptionGroup(title: "What is written to be looked at") var recording: RecordingOptions

  @Option(help: ArgumentHelp("The folder for the network and the state.", valueName: "folder"))
  var output = "runs/nin"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      How often the state is written within an epoch: seconds (30s), minutes (5m) or a number of steps (200). Where \
      writing is slow, as seldom as keeps it below 2 % of the time.
      """, valueName: "interval"))
  var checkpointEvery = CheckpointInterval.seconds(60)

  @Flag(
    help: """
      Resume from the state in the output folder, with its recipe, backend, precision, micro-batch and algorithm; without a \
      state, start a new training.
      """)
  var resume = false

  func run() throws {
    // Whatever comes from here on ends in a saved state.
    Interruption.catchSignals()
    StandardOutput.outliveReader()
    guard isJSON else { return try train() }
    Log.tellInJSON()
    do {
      try train()
    } catch let error where !(error is ExitCode) {
      TrainingEvent.print(.error, .init(message: Nin.message(for: error)))
      throw error
    }
  }

  private var isJSON: Bool { printing.logFormat == .json }

  /// Prints a line, unless only warnings or events are printed.
  private func say(_ line: String) {
    guard !isJSON, !printing.quiet else { return }
    Terminal.standardOutput.say(line)
  }

  private func train() throws {
    var folder = resume && RunFolder.exists(output) ? try RunFolder(output) : nil
    defer { folder?.release() }
    let stored = try folder.flatMap(storedState)
    var recipe =
      try stored.map { try options.resumedRecipe($0, folder: output) } ?? options.newRecipe()
    recipe.computation.apply(data, compute)
    recipe.weights = recipe.weights.map(absolutePath)
    try requireForeign(recipe.weights)
    // What can be wrong is found before anything is read or created.
    try recipe.validate()
    let backend = try makeBackend(stored, recipe)
    if let convolutions = recipe.computation.convolutions { try backend.requireAlgorithm(of: convolutions) }
    try requireSize(recipe)
    let dataset = try data.completed(by: recipe.computation).open()
    let (training, test) = (try dataset.training(), try dataset.test())
    let lockedFolder = try folder ?? RunFolder(output)
    folder = lockedFolder
    if !lockedFolder.isLocked {
      Log.warning(
        "\(output): its file system has no locks; make sure that no other training uses this folder")
    }
    var state = stored ?? TrainingState(recipe: recipe)
    state.recipe = recipe
    let trainer = try Trainer(
      state: state, training: training, test: test, backend: backend, folder: lockedFolder,
      interval: checkpointEvery)
    announce(trainer, stored)
    let display =
      printing.quiet || isJSON
      ? nil : TrainingDisplay(testImages: trainer.testImageCount, plots: printing.plot)
    // An error follows what was shown.
    defer { display?.clear() }
    let outcome = try trainer.run(
      observers: [display ?? silentObserver(trainer)] + recording.observers(output: output),
      shouldStop: { Interruption.isRequested })
    if isJSON { printEnd(trainer, outcome) }
    switch outcome {
    case .finished:
      report(trainer, backend)
      writeReport(trainer)
    case .stoppedEarly:
      say("stopped early: nothing better since epoch \(trainer.state.best?.epoch ?? 0)")
      report(trainer, backend)
      writeReport(trainer)
    case .interrupted:
      reportInterruption(trainer)
      throw ExitCode(Interruption.exitCode)
    }
  }

  private func silentObserver(_ trainer: Trainer) -> any TrainingObserver {
    isJSON ? TrainingEvents(testImages: trainer.testImageCount) : TrainingWarnings()
  }

  private func printEnd(_ trainer: Trainer, _ outcome: Trainer.Outcome) {
    let name =
      switch outcome {
      case .finished: "finished"
      case .stoppedEarly: "stopped_early"
      case .interrupted: "interrupted"
      }
    TrainingEvent.print(
      .end,
      .init(
        step: trainer.state.step, epoch: trainer.state.epoch,
        imagesPerSecond: trainer.pace.images > 0 ? trainer.pace.imagesPerSecond : nil, outcome: name,
        bestEpoch: trainer.state.best?.epoch,
        checkpoint: trainer.state.epoch > 0 ? RunFolder.checkpoint(in: output) : nil))
  }

  /// Refuses to begin with a network that this training would move away and replace.
  private func requireForeign(_ weights: String?) throws {
    guard let weights, !resume, isSameFolder(output, folderPath(of: weights)) else { return }
    throw ValidationError(
      "--weights is in the --output folder, whose files are moved away when a training begins; give another --output"
    )
  }

  /// The state to resume from; nil if there is none and a new training starts.
  private func storedState(_ folder: RunFolder) throws -> TrainingState? {
    guard folder.hasState else {
      guard !folder.hasCheckpoint else {
        throw ValidationError(
          "\(output) has a network but no training state to resume from; give another --output, or leave out "
            + "--resume to move the network to \(folder.earlier) and start a new training")
      }
      return nil
    }
    return try folder.newestState().state
  }

  private func makeBackend(_ stored: TrainingState?, _ recipe: Recipe) throws -> any Backend {
    guard shared.backend == nil, let name = stored?.backend ?? recipe.computation.backend else {
      return try shared.makeBackend(allowsEmulation: compute.allowEmulation)
    }
    do {
      return try shared.makeBackend(named: name, allowsEmulation: compute.allowEmulation)
    } catch let error as BackendError {
      guard stored != nil else {
        throw BackendError("the recipe asks for \(name): \(error); --backend trains on another")
      }
      throw BackendError(
        "the training in \(output) runs on \(name): \(error); --backend resumes it on another")
    }
  }

  /// Finds out before the data are read whether the network takes images of this size, and gives one number for each class.
  private func requireSize(_ recipe: Recipe) throws {
    let (side, model) = (recipe.imageSize, try recipe.network(classes: 1))
    let name = "\(recipe.model)\(recipe.tab.map { " of the tab '\($0.rawValue)'" } ?? "")"
    do {
      let output = try model.resolved(for: [1, 1, side, side]).last?.operation.outputShape
      guard let output, output.elementCount > 1 else { return }
      throw ValidationError(
        "\(name) gives \(output.elementCount) numbers for each class on images of \(side)×\(side); its window gives one on "
          + "195 to 226 pixels")
    } catch let error as LayerError {
      throw withSmallestImage(
        error, model: model, name: name, channels: 1, imageSize: side)
    }
  }

  /// Says what becomes of a training that was here, and what differs from it.
  private func announce(_ trainer: Trainer, _ stored: TrainingState?) {
    if let earlier = trainer.findings.earlierRun {
      Log.notice("the earlier training in \(output) has been moved to \(earlier)")
    }
    if let place = trainer.findings.foreignCheckpoint {
      Log.notice(
        "the network in \(output) is not the one that this training wrote last; it has been moved to \(place)"
      )
    }
    if let problem = trainer.findings.damagedState {
      Log.warning("\(problem); it has been moved to \(output)/earlier, and the state before it is resumed")
    }
    if let place = trainer.findings.foreignHistory {
      Log.notice(
        "the rows of \(output)/history.csv are not those of this training; it has been moved to \(place)")
    }
    if !trainer.findings.newParameters.isEmpty {
      Log.notice(
        "these parameters have another shape in \(trainer.state.recipe.weights ?? "") and start over: "
          + trainer.findings.newParameters.joined(separator: ", "))
    }
    if stored == nil { announceWeights(trainer) }
    guard let stored else {
      if resume { say("no saved training in \(output); starting a new one") }
      return
    }
    say("resuming after epoch \(stored.epoch), batch \(stored.batch)")
    guard stored.epoch < trainer.state.recipe.epochs else {
      return say("\(stored.epoch) epochs are done; a larger --epochs trains on")
    }
    announceChanges(trainer.state, stored)
    announceLearningRate(trainer, stored)
  }

  /// Says where the network that the training begins with was used otherwise.
  private func announceWeights(_ trainer: Trainer) {
    guard let path = trainer.state.recipe.weights, let theirs = try? Checkpoint(path: path).description else {
      return
    }
    let ours = trainer.description
    if theirs.normalization != ours.normalization {
      Log.notice(
        "\(path) was trained with the means \(theirs.normalization.mean) and the deviations "
          + "\(theirs.normalization.deviation), and this training has \(ours.normalization.mean) and "
          + "\(ours.normalization.deviation)")
    }
    let (before, now) = (theirs.resize ?? .pillow, ours.resize ?? .pillow)
    if before != now {
      Log.notice(
        "\(path) was trained on images that were resized like \(before.rawValue), and this training resizes like "
          + "\(now.rawValue)")
    }
    if theirs.classNames.count == ours.classNames.count, theirs.classNames != ours.classNames {
      Log.notice("\(path) has other classes than the data, as many, so that its last layers are kept")
    }
  }

  private func announceChanges(_ state: TrainingState, _ stored: TrainingState) {
    if stored.backend == nil {
      Log.notice(
        "the state is of an older version, which did not store backend, micro-batch and data: resuming on "
          + "\(state.backend ?? ""), \(state.microBatch ?? 0) images at a time; whether the data are the same cannot be "
          + "checked")
    }
    let changes = [
      ("backend", stored.backend, state.backend),
      ("precision", (stored.precision ?? .float32).rawValue, state.precision?.rawValue),
      ("algorithm of convolutions", (stored.convolutions ?? .direct).rawValue, state.convolutions?.rawValue),
      ("micro-batch", stored.microBatch.map(String.init), state.microBatch.map(String.init)),
    ]
    for case (let name, let before?, let now?) in changes where before != now {
      Log.notice(
        "the \(name) was \(before) so far and is \(now) from here: the result will differ from that of a training "
          + "that kept it")
    }
  }

  /// A learning rate that falls to the end follows the number of epochs.
  private func announceLearningRate(_ trainer: Trainer, _ stored: TrainingState) {
    let rate = { (recipe: Recipe) in
      recipe.learningRate.rate(
        step: stored.step, epochs: recipe.epochs, stepsPerEpoch: trainer.stepsPerEpoch)
    }
    let (before, now) = (rate(stored.recipe), rate(trainer.state.recipe))
    guard before != now else { return }
    Log.notice(
      "with \(trainer.state.recipe.epochs) epochs instead of \(stored.recipe.epochs) the learning rate is "
        + "\(decimal(now, places: 6)) at this step instead of \(decimal(before, places: 6))")
  }

  private func writeReport(_ trainer: Trainer) {
    let progress = CommandProgress(isQuiet: printing.quiet || isJSON)
    if let path = recording.writeReport(of: trainer, output: output, progress) {
      say("the report is in \(path)")
    }
  }

  private func reportInterruption(_ trainer: Trainer) {
    let line = "stopped after step \(trainer.state.step); resume with: \(resumeCommand)"
    guard !isJSON, !printing.quiet else { return Log.notice(line) }
    // Not broken between words, so that it can be copied.
    print(line)
    // Ctrl-C has ended the reader too, or the terminal is gone.
    if StandardOutput.flush() != nil { Log.notice(line) }
  }

  /// The command that resumes this training, quoted for a shell, to be pasted: backend, precision, micro-batch and
  /// the algorithm of convolutions are in the state.
  private var resumeCommand: String {
    // A name that begins with a dash is taken for an option unless it is attached.
    let option = { (name: String, value: String) in
      value.hasPrefix("-") ? ["\(name)=\(value)"] : [name, value]
    }
    var words = [CommandLine.arguments[0], "train", "--resume"] + option("--output", output)
    words += data.words.flatMap(option) + recording.words
    if let threads = shared.threads { words += ["--threads", "\(threads)"] }
    if compute.allowEmulation { words.append("--allow-emulation") }
    if checkpointEvery != .seconds(60) {
      words += ["--checkpoint-every", checkpointEvery.defaultValueDescription]
    }
    return words.map(shellQuoted).joined(separator: " ")
  }

  /// The book's closing lines.
  private func report(_ trainer: Trainer, _ backend: any Backend) {
    guard let last = trainer.state.history.last else { return }
    let test = last.testAccuracy.map { ", test acc \(decimal($0, places: 3))" } ?? ""
    say(
      "loss \(decimal(last.trainingLoss, places: 3)), train acc \(decimal(last.trainingAccuracy, places: 3))\(test)"
    )
    if let best = trainer.state.best, best.epoch != last.epoch {
      say("the best epoch was \(best.epoch); its network is in \(RunFolder.bestCheckpoint(in: output))")
    }
    if trainer.pace.images > 0 {
      say(
        "\(decimal(trainer.pace.imagesPerSecond, places: 1)) examples/sec on \(backend.name), \(Processor.name), "
          + "\(backend.threads.count) threads")
    }
    say("the network is in \(RunFolder.checkpoint(in: output))")
  }
}
