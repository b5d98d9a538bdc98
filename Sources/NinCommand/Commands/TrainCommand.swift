import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train NiN on Fashion-MNIST or other images.",
    discussion: """
      EXAMPLES:

        nin train --recipe quick --output runs/quick
        nin train --recipe quick --output runs/quick --resume
        nin train --data photographs --recipe quick --output runs/photographs

      After each epoch the network is written to DIR/checkpoint.safetensors, with PyTorch's names, and that of the best \
      epoch to DIR/best.safetensors, where DIR is the --output folder. The best epoch is the one with the highest accuracy \
      on the images that --validation-split holds out or, without it, on the test images. DIR also has history.csv (a row per \
      step), metrics.json, recipe.json5 (--recipe repeats the run with it), curves.svg (the book's figure) and, at the \
      end, report.html. Files of another run in DIR are moved to DIR/earlier first, never overwritten; during a run, \
      DIR is locked (on a file system without locks a warning is printed instead).

      The state is written every minute and after each epoch, so a run that is killed loses no more than that. \
      Ctrl-C, SIGTERM and a closed terminal stop it after the current step and write the state; a second signal, half a \
      second or more later, stops it at once. --resume continues from the state, on the same backend; on the same CPU, with \
      any --threads, the result is the same as without the interruption.

      A batch is computed in parts (--micro-batch) whose gradients are summed, also known as gradient accumulation: a batch \
      of any size fits into memory.

      Options change the recipe; omitted ones keep the recipe's values.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup(title: "Recipe") var options: RecipeOptions
  @OptionGroup var data: DataOptions
  @OptionGroup(title: "Output") var printing: OutputOptions
  @OptionGroup(title: "Reports and TensorBoard") var recording: RecordingOptions

  @Option(
    help: ArgumentHelp("The folder for the network and the state.", valueName: "folder"),
    completion: .directory)
  var output = "runs/nin"

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      The interval at which the state is written within an epoch: seconds (30s), minutes (5m) or a number of steps (200). \
      If writing is slow, the interval grows so that it takes less than 2 % of the time.
      """, valueName: "interval"))
  var checkpointEvery = CheckpointInterval.seconds(60)

  @Flag(
    help: """
      Resume from the state in the output folder, with its recipe and, unless given as options, its backend, \
      precision, micro-batch and algorithms; without a state, start a new run, with the folder's recipe.json5 if it has \
      one and --recipe is not given.
      """)
  var resume = false

  func run() throws {
    // From here on, a signal makes training stop with a saved state.
    Interruption.catchSignals()
    StandardOutput.outliveReader()
    guard isJSON else { return try train() }
    Log.useJSON()
    do {
      try train()
    } catch let error where !(error is ExitCode) {
      TrainingEvent.print(.error, .init(message: Nin.message(for: error)))
      throw error
    }
  }

  var isJSON: Bool { printing.logFormat == .json }

  /// Whether only warnings, errors or events are printed.
  var isSilent: Bool { printing.quiet || isJSON }

  /// Prints a line, unless only warnings or events are printed.
  func say(_ line: String) {
    if !isSilent { Terminal.standardOutput.say(line) }
  }

  private func train() throws {
    var folder = resume && RunFolder.exists(output) ? try RunFolder(output) : nil
    defer { folder?.release() }
    let progress = CommandProgress(isQuiet: isSilent)
    progress.show("preparing")
    let recipeFile = recipeFile(in: folder)
    let (stored, recipe, backend) = try prepare(folder, recipeFile: recipeFile)
    let dataset = try data.completed(by: recipe.computation).open()
    let images = (training: try dataset.training(), test: try dataset.test())
    let lockedFolder = try folder ?? RunFolder(output)
    folder = lockedFolder
    if !lockedFolder.isLocked {
      Log.warning(
        "\(output) is on a file system without locks; make sure that no other run uses this folder")
    }
    var state = stored ?? TrainingState(recipe: recipe)
    state.replaceRecipe(by: recipe)
    let trainer = try makeTrainer(state, images, backend, lockedFolder)
    progress.clear()
    TrainingAnnouncement(
      trainer, stored: stored, output: output, resumes: resume, recipeFile: recipeFile, say: say
    ).print()
    let outcome = try trainer.run(
      observers: [display(of: trainer)] + recording.observers(output: output),
      shouldStop: { Interruption.isRequested })
    try end(trainer, outcome)
  }

  private func display(of trainer: Trainer) -> any TrainingObserver {
    if isJSON { return TrainingEvents(testImages: trainer.testImageCount) }
    if printing.quiet { return TrainingWarnings() }
    return TrainingDisplay(testImages: trainer.testImageCount, plots: printing.plot)
  }
}
