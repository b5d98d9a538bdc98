import ArgumentParser
import ModelOptions
import NetworkInNetwork

/// What is computed in order to be traced or verified: a network and a batch.
struct ExperimentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The network, a .safetensors file. (default: first weights drawn from --seed)", valueName: "file"),
    completion: .tensors)
  var checkpoint: String?

  @Option(
    parsing: .unconditional,
    help: "The seed of first weights and biases, and of dropout's masks. (default: 0)")
  var seed: UInt64?

  @Option(
    help: """
      The network without a checkpoint: \(ModelCatalog.allCases.map(\.rawValue).joined(separator: ", ")). \
      (default: nin)
      """)
  var model: ModelCatalog?

  @OptionGroup var design: NiNOptions

  @Option(
    help: """
      The tab of the book whose first weights, resized images and head are taken: \
      \(Tab.allCases.map(\.rawValue).joined(separator: ", ")).
      """)
  var tab: Tab?

  @Option(
    parsing: .unconditional,
    help: "Height and width of test images. (default: as the network was trained, or the model's usual)")
  var imageSize: Int?

  @OptionGroup var normalization: NormalizationOptions

  @Option(
    help: ArgumentHelp(
      "Images N×C×H×W as they are, instead of test images; --labels goes with it.",
      valueName: "x.npy"),
    completion: .array)
  var input: String?

  @Option(
    help: ArgumentHelp("The classes of --input, N whole numbers.", valueName: "y.npy"), completion: .array)
  var labels: String?

  @Option(parsing: .unconditional, help: "How many test images, from the first. (default: 8)")
  var batchSize: Int?

  @Flag(
    help:
      "Let dropout drop and batch normalization take the batch's statistics, as a step of training with the --seed."
  )
  var dropout = false

  func validate() throws {
    try requirePositive([("--image-size", imageSize), ("--batch-size", batchSize)])
    guard (input == nil) == (labels == nil) else { throw ValidationError("--input and --labels go together") }
    if input != nil, imageSize != nil || batchSize != nil || normalization.isGiven {
      throw ValidationError(
        "--input takes an array as it is: give no --image-size, --mean, --deviation or --batch-size")
    }
    let ofModel = (model == nil ? [] : ["--model"]) + design.given
    if checkpoint != nil, let first = ofModel.first {
      throw ValidationError("a --checkpoint tells its model: give no \(first)")
    }
    if checkpoint != nil, tab != nil {
      throw ValidationError("a --checkpoint has its own weights and resizes as in training: give no --tab")
    }
    _ = try design.choice(model)
    if checkpoint != nil, seed != nil, !dropout {
      throw ValidationError("--seed draws first weights, and a --checkpoint has its own: give one of them")
    }
  }

  /// The seed of weights and dropout.
  var chosenSeed: UInt64 { seed ?? 0 }

  /// Whether neither a network nor images are asked for, so that a trace may bring its own.
  var isOpen: (network: Bool, images: Bool) {
    (
      checkpoint == nil && model == nil && design.given.isEmpty && seed == nil && tab == nil,
      input == nil && imageSize == nil && batchSize == nil && tab == nil && !normalization.isGiven
    )
  }

  var context: RunContext { RunContext(isTraining: dropout, seed: chosenSeed) }
}
