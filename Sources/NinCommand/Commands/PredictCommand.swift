import ArgumentParser
import NetworkInNetwork

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `nin predict`.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Classify images with a trained network.",
    discussion: """
      EXAMPLES:

        nin predict --checkpoint runs/quick/checkpoint.safetensors shirt.png
        nin predict --checkpoint runs/quick/checkpoint.safetensors --index 0
        nin predict --model nin.onnx photographs/ --json

      Give PNG or JPEG files, folders of them, pipes, or - for standard input; or test images of --data by --index. Images \
      are converted as the network needs them: turned upright by the EXIF orientation tag, made gray for a network of one \
      channel, and resized. From a folder, the .png, .jpg and .jpeg files directly in it are read, ordered by name. Images \
      of more than 64 million pixels, up to 256 million, are scaled down during decoding. Fashion-MNIST is light on dark: \
      use --invert for a photograph of a dark object on a light background.

      An image that cannot be read is reported on standard error; the others are classified, and the exit code is 1.

      With --input and --output, the network runs on an array of prepared images, and the logits are written.

      --model runs a network in the ONNX format if it is a single chain of supported layers; an unsupported operator is \
      named. Images are prepared according to the file's metadata, which 'nin export' writes. If the graph has weights as \
      further inputs, give them by name: --input x.npy --input W=w.npy.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup(title: "Preparation of images") var preparation: PreparationOptions
  @OptionGroup var data: DataOptions

  @OptionGroup var file: NetworkFileOptions

  @Argument(
    help: ArgumentHelp(
      "PNG and JPEG files, folders of them, pipes, or - for standard input.", valueName: "image"),
    completion: .file(extensions: ["png", "jpg", "jpeg", "PNG", "JPG", "JPEG"]))
  var images: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: "A test image of --data, from 0; may be repeated.")
  var index: [Int] = []

  @Option(
    help: ArgumentHelp(
      "An array of prepared images, N×C×H×W, used as is: it is neither resized nor normalized.",
      valueName: "x.npy"),
    completion: .array)
  var input: [String] = []

  @Option(
    help: ArgumentHelp(
      "The file for the logits of --input, N×classes; - for standard output.", valueName: "y.npy"),
    completion: .array)
  var output: String?

  @Option(
    parsing: .unconditional,
    help:
      "Height and width to resize images to. (default: as in training, or the model's default)"
  )
  var imageSize: Int?

  @Option(parsing: .unconditional, help: "The number of most likely classes to print.")
  var top = 3

  @Flag(help: "Invert image files: dark becomes light.")
  var invert = false

  @Flag(help: "Print JSON, one object per line and image; an image that cannot be read has an \"error\".")
  var json = false

  @OptionGroup var progress: ProgressOptions

  func validate() throws {
    try requirePositive([("--image-size", imageSize), ("--top", top)])
    try requireFiles(inputFiles.map { ("--input", $0) })
    if output != nil { try preparation.requireNone(with: "--input") }
    guard input.isEmpty == (output == nil) else {
      throw ValidationError("--input and --output must be given together")
    }
    guard file.model != nil || input.count <= 1 else {
      throw ValidationError("--input can only be repeated with --model")
    }
    if output != nil {
      guard images.isEmpty, index.isEmpty, imageSize == nil, !invert, !json else {
        throw ValidationError(
          "--input takes prepared arrays: omit images, --index, --image-size, --invert and --json")
      }
      guard output != standardOutputPath || !Terminal.standardOutput.isTerminal else {
        throw ValidationError("--output - would write bytes to the terminal; send them to a file or a pipe")
      }
      try requireOutput(
        output ?? "", differsFrom: file.paths + inputFiles, allowsStandardOutput: true)
    } else if images.isEmpty && index.isEmpty {
      throw ValidationError("nothing to predict: give image files, --index, or --input and --output")
    }
    try ImageInput.requireOneStandardInput(images)
  }

  /// The possible paths of --input, with and without a name before them.
  private var inputFiles: [String] {
    input
      + input.compactMap { input in
        input.firstIndex(of: "=").map { String(input[input.index(after: $0)...]) }
      }
  }

  func run() throws {
    let backend = try shared.makeBackend(
      allowsEmulation: compute.allowEmulation, convolutions: compute.convolutions)
    guard let output else { return try predictImages(on: backend) }
    try predictArray(to: output, on: backend)
    printLocation(of: "the logits", output, progress)
  }

  private func predictArray(to output: String, on backend: any Backend) throws {
    if let model = file.model {
      let display = CommandProgress(isQuiet: progress.quiet)
      display.show("running \(model)")
      defer { display.clear() }
      let prediction = try ONNXPrediction(path: model, inputs: input)
      try requireOutput(output, differsFrom: prediction.file.files, allowsStandardOutput: true)
      try write(prediction.run(on: backend, compute), to: output)
    } else if let checkpoint = file.checkpoint, let input = input.first {
      try predictArray(input, checkpoint: checkpoint, to: output, on: backend)
    }
  }

  private func write(_ logits: Tensor<Float>, to output: String) throws {
    guard output == standardOutputPath else { return try NPY.write(logits, to: output) }
    try NPY.write(logits, toDescriptor: STDOUT_FILENO, name: "standard output")
  }

  private func predictImages(on backend: any Backend) throws {
    let inputs = images.flatMap(ImageInput.inputs)
    let count = inputs.count + index.count
    let opened = try file.open(
      imageSize: imageSize, given: preparation.given(),
      alternative: "; give arrays with --input and --output")
    let network = try opened.makeNetwork(on: backend, compute, imageCount: count)
    let test = try testImages(for: network, opened.description)
    // On a terminal the results themselves show the progress.
    let display = CommandProgress(isQuiet: progress.quiet || Terminal.standardOutput.isTerminal)
    defer { display.clear() }
    var classifier = try ImageClassifier(
      opened.classifier(network), top: top, printsJSON: json, imageCount: count, display: display)
    for input in inputs {
      try classifier.classify(.file(input.path)) {
        let decoded = try input.decode(channels: network.image[0])
        return invert ? decoded.inverted() : decoded
      }
    }
    if let test {
      for position in index {
        let name = test.classNames[Int(test.labels[position])]
        try classifier.classify(.test(position, file: test.fileName(at: position), class: name)) {
          let size = test.size(at: position)
          return DecodedImage(
            width: size.width, height: size.height, channels: test.channels,
            planes: try test.image(at: position))
        }
      }
    }
    if classifier.failureCount > 0 { throw ExitCode.failure }
  }

  /// The test images that `--index` needs; nil if it is not given.
  private func testImages(
    for network: Network, _ description: CheckpointDescription
  ) throws -> LabeledImages? {
    guard let smallest = index.min(), let largest = index.max() else { return nil }
    // Decompressing all 10,000 images would take longer than classifying one.
    let isWithinReach = smallest >= 0 && largest < 1 << 24
    let dataset = try data.open(for: description)
    let test = try dataset.test(first: isWithinReach ? largest + 1 : nil)
    try network.requireFit(test, names: description.classNames)
    if let position = index.first(where: { !(0..<test.count).contains($0) }) {
      throw ValidationError("--index is \(position); the test set has the images 0 to \(test.count - 1)")
    }
    return test
  }

  private func predictArray(
    _ input: String, checkpoint path: String, to output: String, on backend: any Backend
  ) throws {
    try requirePreparedNumbers(input)
    let array = try NPY.read(input)
    let checkpoint = try Checkpoint.open(path, for: array.shape, from: input)
    let image = array.shape.perImage
    let display = CommandProgress(isQuiet: progress.quiet)
    display.show("preparing")
    let network = try checkpoint.makeNetwork(
      on: backend, compute, batchSizes: [array.shape[0]], imageCount: array.shape[0], image: image)
    display.show("classifying \(counted(array.shape[0], "image"))")
    defer { display.clear() }
    try write(network.predict(array), to: output)
  }
}
