import ArgumentParser
import ModelOptions
import NetworkInNetwork

/// The computation to trace or verify: a network and a batch.
struct ExperimentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The network, a .safetensors file. (default: initial weights drawn from --seed)", valueName: "file"),
    completion: .tensors)
  var checkpoint: String?

  @Option(
    parsing: .unconditional,
    help: "The seed of initial weights and biases, and of dropout's masks. (default: 0)")
  var seed: UInt64?

  @Option(
    help: "The network without a checkpoint; nin by default.")
  var model: ModelCatalog?

  @OptionGroup var design: NiNOptions

  @Option(
    help: """
      The tab of the book whose initial weights, resizing and head are used: \
      \(Tab.allCases.map(\.rawValue).joined(separator: ", ")).
      """)
  var tab: Tab?

  @Option(
    parsing: .unconditional,
    help: "Height and width of test images. (default: as in training, or the model's default)")
  var imageSize: Int?

  @OptionGroup var normalization: NormalizationOptions

  @Option(
    help: ArgumentHelp(
      "Prepared images N×C×H×W, instead of test images; needs --labels.",
      valueName: "x.npy"),
    completion: .array)
  var input: String?

  @Option(
    help: ArgumentHelp("The classes of --input, N integers.", valueName: "y.npy"), completion: .array)
  var labels: String?

  @Option(parsing: .unconditional, help: "The number of test images, from the first. (default: 8)")
  var batchSize: Int?

  @Flag(
    help:
      "Apply dropout, and normalize by the batch's statistics, as in a training step with --seed."
  )
  var dropout = false

  func validate() throws {
    try requirePositive([("--image-size", imageSize), ("--batch-size", batchSize)])
    guard (input == nil) == (labels == nil) else {
      throw ValidationError("--input and --labels must be given together")
    }
    if input != nil, imageSize != nil || batchSize != nil || normalization.isGiven {
      throw ValidationError(
        "--input takes prepared images: omit --image-size, --mean, --deviation and --batch-size")
    }
    let ofModel = (model == nil ? [] : ["--model"]) + design.given
    if checkpoint != nil, let first = ofModel.first {
      throw ValidationError("a --checkpoint describes its model: omit \(first)")
    }
    if checkpoint != nil, tab != nil {
      throw ValidationError("a --checkpoint has its own weights and resizing method: omit --tab")
    }
    _ = try design.choice(model)
    try design.requireHead(of: tab)
    if checkpoint != nil, seed != nil, !dropout {
      throw ValidationError(
        "--seed draws initial weights, but a --checkpoint has its own: give only one of them")
    }
  }

  /// The seed of weights and dropout.
  var chosenSeed: UInt64 { seed ?? 0 }

  /// Whether options give neither a network nor images, so that a trace may provide its own.
  var isOpen: (network: Bool, images: Bool) {
    (
      checkpoint == nil && model == nil && design.given.isEmpty && seed == nil && tab == nil,
      input == nil && imageSize == nil && batchSize == nil && tab == nil && !normalization.isGiven
    )
  }

  var context: RunContext { RunContext(isTraining: dropout, seed: chosenSeed) }
}
