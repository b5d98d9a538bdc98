import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin trace`.
struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace",
    abstract: "Write every activation and gradient of one forward and backward pass to a file.",
    discussion: """
      EXAMPLES:

        nin trace --output t.safetensors
        nin trace --checkpoint mine.safetensors --output t.safetensors

      The file is in the .safetensors format: float32 tensors, N×C×H×W and O×I×H×W. They have PyTorch's names: \
      'activations.net.0.0' and so on for layers, 'activations.net.0' for blocks, 'logits', 'loss' (the mean) and \
      'gradients.net.0.0.weight'. 'input', 'labels' and 'parameters.net.0.0.weight' are included, so that the pass can be \
      reproduced; Docs/trace.py writes such a file with PyTorch, and 'nin verify --against' checks it.

      The plans 'training' and 'prediction' are those of 'nin train' and 'nin predict': activations within fused layers are \
      missing, as is the output of a ReLU before max pooling, which is computed after it. Prediction has no gradients.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Experiment") var experiment: ExperimentOptions
  @OptionGroup var data: DataOptions
  @OptionGroup(title: "Computing") var numbers: PrecisionOptions

  @Option(help: ArgumentHelp("The plan to run: separate layers, training or prediction.", valueName: "plan"))
  var plan: NetworkPlan = .separate

  @Option(help: ArgumentHelp("The file to write.", valueName: "t.safetensors"), completion: .tensors)
  var output: String

  @OptionGroup var progress: ProgressOptions

  func validate() throws {
    try requireOutput(
      output, differsFrom: [experiment.checkpoint, experiment.input, experiment.labels].compactMap(\.self))
    if plan == .prediction, experiment.dropout {
      throw ValidationError("--plan prediction has no dropout; omit --dropout, or choose another --plan")
    }
  }

  func run() throws {
    let backend = try shared.makeBackend(
      allowsEmulation: numbers.allowEmulation, convolutions: numbers.convolutions)
    let display = CommandProgress(isQuiet: progress.quiet)
    display.show("preparing")
    let (experiment, model) = try ExperimentSource(options: experiment, data: data).experiment()
    display.show("computing on \(backend.name)")
    let recording = try NetworkRecording(
      experiment, on: backend, precision: numbers.precision, plan: plan,
      convolutions: numbers.convolutions)
    let image = experiment.image.extents
    var metadata = [
      "format": "pt", "backend": backend.name, "library": backend.information.library,
      "instructions": backend.information.instructionSet, "threads": "\(backend.threads.count)",
      "seed": "\(self.experiment.chosenSeed)", "precision": numbers.precision.rawValue, "model": model,
      Experiment.layersKey: try experiment.layersJSON(),
      "plan": plan.rawValue, "image": "\(experiment.image)", "image_size": "\(image[1])×\(image[2])",
      "dropout": self.experiment.dropout ? "on" : "off",
    ]
    metadata["tab"] = self.experiment.tab?.rawValue
    display.show("writing \(output)")
    try TraceFile.write(recording, of: experiment, metadata: metadata, to: output)
    display.clear()
    let loss = try recording.tensor(TensorName.loss).elements[0]
    print(
      "wrote \(counted(recording.names.count, "tensor")) of \(counted(experiment.labels.count, "image")) of "
        + "\(experiment.image) on \(backend.name) to \(output); loss \(decimal(loss, places: 6))")
  }
}

extension NetworkPlan: ExpressibleByArgument {}

/// The precision to compute in, and the convolution algorithm.
struct PrecisionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The precision to compute in: float32, bf16 (dnnl, on a CPU with bf16 instructions) or float64 (reference).",
      valueName: "precision"))
  var precision: Precision = .float32

  @Option(
    name: .customLong("conv-algorithm"),
    help: ArgumentHelp(
      "The convolution algorithm: direct, winograd or auto; see 'nin help train'.", valueName: "algorithm"
    ))
  var convolutions = ConvolutionChoice.automatic

  @Flag(help: "Emulate bf16, slowly, on a CPU without its instructions.")
  var allowEmulation = false
}
