import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train NiN on Fashion-MNIST or other images.",
    discussion: """
      After each epoch the network is written to DIR/checkpoint.safetensors, with PyTorch's names, and the state \
      of the training to DIR/training-state.safetensors. Files of another training in DIR are moved to DIR/earlier \
      first, never overwritten; while a training runs, no other can use DIR (on a file system without locks this \
      is up to you, and a warning says so).

      Ctrl-C, a request to terminate and a closed terminal end the training after the present step and write its \
      state; a second one, half a second or more later, ends it at once. --resume continues from the state, on the \
      same backend; on the same CPU, with any --threads, the result is as if nothing had happened.

      Options change the recipe; what is not given stays as the recipe has it.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup(title: "Recipe") var options: RecipeOptions
  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("The folder for the network and the state.", valueName: "folder"))
  var output = "runs/nin"

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
    var folder = resume && RunFolder.exists(output) ? try RunFolder(output) : nil
    defer { folder?.release() }
    let stored = try folder.flatMap(storedState)
    let recipe = try stored.map { try options.resumedRecipe($0.recipe, folder: output) } ?? options.newRecipe
    // What can be wrong is found before anything is read or created.
    try recipe.validate()
    let backend = try makeBackend(stored)
    if let convolutions = compute.convolutions { try backend.requireAlgorithm(of: convolutions) }
    try requireSize(recipe.imageSize, NiN(classes: 1))
    let dataset = try data.open()
    let (training, test) = (try dataset.training(), try dataset.test())
    let model = NiN(classes: training.classNames.count)
    let lockedFolder = try folder ?? RunFolder(output)
    folder = lockedFolder
    if !lockedFolder.isLocked {
      Log.warning(
        "\(output): its file system has no locks; make sure that no other training uses this folder")
    }
    var state = stored ?? TrainingState(recipe: recipe)
    state.recipe = recipe
    let trainer = try Trainer(
      model, state: state, training: training, test: test, backend: backend, precision: compute.precision,
      microBatch: compute.microBatch, convolutions: compute.convolutions, folder: lockedFolder)
    announce(trainer, stored)
    switch try trainer.run(observers: [TrainingDisplay()], shouldStop: { Interruption.isRequested }) {
    case .finished:
      report(trainer, backend)
    case .interrupted:
      reportInterruption(trainer)
      throw ExitCode(Interruption.exitCode)
    }
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
    return try TrainingState(path: folder.state)
  }

  private func makeBackend(_ stored: TrainingState?) throws -> any Backend {
    guard shared.backend == nil, let name = stored?.backend else {
      return try shared.makeBackend(allowsEmulation: compute.allowEmulation)
    }
    do {
      return try shared.makeBackend(named: name, allowsEmulation: compute.allowEmulation)
    } catch let error as BackendError {
      throw BackendError(
        "the training in \(output) runs on \(name): \(error); --backend resumes it on another")
    }
  }

  private func requireSize(_ side: Int, _ model: Sequential) throws {
    do {
      _ = try model.resolved(for: [1, 1, side, side])
    } catch let error as LayerError {
      throw withSmallestImage(error, model: model, name: "nin", channels: 1, imageSize: side)
    }
  }

  /// Says what becomes of a training that was here, and what differs from it.
  private func announce(_ trainer: Trainer, _ stored: TrainingState?) {
    if let earlier = trainer.earlierRun {
      Log.notice("the earlier training in \(output) has been moved to \(earlier)")
    }
    if let place = trainer.foreignCheckpoint {
      Log.notice(
        "the network in \(output) is not the one that this training wrote last; it has been moved to \(place)"
      )
    }
    guard let stored else {
      if resume { print("no saved training in \(output); starting a new one") }
      return
    }
    print("resuming after epoch \(stored.epoch), batch \(stored.batch)")
    guard stored.epoch < trainer.state.recipe.epochs else {
      return print("\(stored.epoch) epochs are done; a larger --epochs trains on")
    }
    announceChanges(trainer.state, stored)
    announceLearningRate(trainer, stored)
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

  private func reportInterruption(_ trainer: Trainer) {
    Terminal.standardOutput.clearLine()
    let line = "stopped after step \(trainer.state.step); resume with: \(resumeCommand)"
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
    words += data.words.flatMap(option)
    if let threads = shared.threads { words += ["--threads", "\(threads)"] }
    if compute.allowEmulation { words.append("--allow-emulation") }
    return words.map(shellQuoted).joined(separator: " ")
  }

  /// The book's closing lines.
  private func report(_ trainer: Trainer, _ backend: any Backend) {
    guard let last = trainer.state.history.last else { return }
    print(
      "loss \(decimal(last.trainingLoss, places: 3)), train acc \(decimal(last.trainingAccuracy, places: 3)), "
        + "test acc \(decimal(last.testAccuracy, places: 3))")
    if trainer.pace.images > 0 {
      print(
        "\(decimal(trainer.pace.imagesPerSecond, places: 1)) examples/sec on \(backend.name), \(Processor.name), "
          + "\(backend.threads.count) threads")
    }
    print("the network is in \(RunFolder.checkpoint(in: output))")
  }
}

/// A word as a POSIX shell reads it back.
private func shellQuoted(_ word: String) -> String {
  let isPlain = word.utf8.allSatisfy { byte in
    let character = Character(UnicodeScalar(byte))
    return character.isASCII && (character.isLetter || character.isNumber || "_-./=:@%+,".contains(character))
  }
  return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
}
