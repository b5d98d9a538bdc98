import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin train`.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train NiN on Fashion-MNIST.",
    discussion: """
      After each epoch the network is written to DIR/checkpoint.safetensors, with PyTorch's names, and the state \
      of the training to DIR/training-state.safetensors. Ctrl-C writes the state as well; --resume goes on from \
      it, with the same result as if nothing had happened.

      Options change the recipe; what is not given stays as the recipe has it.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup(title: "Recipe") var options: RecipeOptions
  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("The folder for the network and the state.", valueName: "folder"))
  var output = "runs/nin"

  @Flag(
    help: "Go on from the state in the output folder, in the precision that it began in; without one, begin.")
  var resume = false

  func run() throws {
    let backend = try shared.makeBackend(allowsEmulation: compute.allowEmulation)
    let folder = OutputFolder(output)
    let state = try initialState(folder)
    // The geometry is checked before the data is read, so that a wrong size is told at once.
    let model = NiN(classes: FashionMNIST.classNames.count)
    let side = state.recipe.imageSize
    do {
      _ = try model.lowered(input: [1, 1, side, side])
    } catch let error as LayerError {
      throw withSmallestImage(error, model: model, name: "nin", channels: 1, imageSize: side)
    }
    let dataset = data.dataset
    let trainer = try Trainer(
      model, state: state, training: try dataset.training(), test: try dataset.test(), backend: backend,
      precision: compute.precision, microBatch: compute.microBatch, folder: folder)
    Interruption.catchSignals()
    let outcome = try trainer.run(observer: TrainingDisplay(), shouldStop: { Interruption.isRequested })
    switch outcome {
    case .finished:
      report(trainer, backend)
    case .interrupted:
      Terminal.standardOutput.clearLine()
      print("stopped after step \(trainer.state.step); go on with: nin train --resume --output \(output)")
      throw ExitCode(130)
    }
  }

  private func initialState(_ folder: OutputFolder) throws -> TrainingState {
    guard resume else {
      if folder.hasState {
        Log.notice(
          "\(output) has an earlier training, which is moved to \(folder.earlier); --resume goes on with it")
      }
      return TrainingState(recipe: options.newRecipe)
    }
    guard folder.hasState else {
      print("\(output) has no training to go on with; it begins")
      return TrainingState(recipe: options.newRecipe)
    }
    var state = try TrainingState(path: folder.state)
    state.recipe = try options.resumedRecipe(state.recipe, folder: output)
    print("going on after epoch \(state.epoch), batch \(state.batch)")
    return state
  }

  /// The book's closing lines.
  private func report(_ trainer: Trainer, _ backend: any Backend) {
    guard let last = trainer.state.history.last else { return }
    print(
      "loss \(decimal(last.trainingLoss, places: 3)), train acc \(decimal(last.trainingAccuracy, places: 3)), "
        + "test acc \(decimal(last.testAccuracy, places: 3))")
    print(
      "\(decimal(trainer.imagesPerSecond, places: 1)) examples/sec on \(backend.name), \(Processor.name), "
        + "\(backend.threads.count) threads")
    print("the network is in \(OutputFolder(output).checkpoint)")
  }
}
