import ArgumentParser
import NetworkInNetwork

/// `nin export`.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a trained network in the ONNX format.",
    discussion: """
      EXAMPLES:

        nin export --checkpoint runs/quick/checkpoint.safetensors --output nin.onnx

      ONNX Runtime and other programs run the file with the same logits. It takes batches of any size, float32 N×C×H×W, \
      normalized as in training. Its metadata has the preparation of images and the class names, if they are known, as \
      nin.size, nin.mean, nin.deviation, nin.resize and nin.classes, which 'nin predict --model' uses.
      """)

  @OptionGroup var shared: SharedOptions

  @Option(
    help: ArgumentHelp("The trained network, a .safetensors file.", valueName: "file"), completion: .tensors)
  var checkpoint: String

  @Option(
    help: ArgumentHelp("The file to write.", valueName: "file.onnx"), completion: .file(extensions: ["onnx"]))
  var output: String

  @Option(
    parsing: .unconditional,
    help:
      "Height and width of the model's images. (default: as in training, or the model's default)"
  )
  var imageSize: Int?

  @OptionGroup(title: "Preparation of images, for the metadata") var preparation: PreparationOptions
  @OptionGroup var progress: ProgressOptions

  func validate() throws {
    try requirePositive([("--image-size", imageSize)])
    try requireFiles([("--checkpoint", checkpoint)])
    try requireOutput(output, differsFrom: [checkpoint])
  }

  func run() throws {
    // Nothing is computed, but a wrong --backend is still rejected.
    if shared.backend != nil { _ = try shared.makeBackend() }
    let given = try preparation.given()
    let network = try Checkpoint.open(checkpoint, imageSize: imageSize, given: given)
    guard network.knowsPreparation || given.classNames == nil else {
      throw ValidationError(
        "--classes is stored together with the normalization, which \(checkpoint) does not describe: give --mean and "
          + "--deviation as well")
    }
    let display = CommandProgress(isQuiet: progress.quiet)
    try ONNXFile.write(network, to: output) { display.show("writing \($0)") }
    display.clear()
    printLocation(of: "the network", output, progress)
  }
}
