import ArgumentParser
import NetworkInNetwork

/// `nin predict`.
struct PredictCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Classify images with a trained network.",
    discussion: """
      Images are PNG or JPEG files, or test images of --data by their --index. Files are turned upright as a camera's \
      orientation tag says, made grey if the network takes one channel, and resized to its image size. Fashion-MNIST is \
      light on dark: give --invert for a photograph of something dark on a light ground.

      With --input and --output, an array of numbers is run as it is and the logits are written.

      A network in the ONNX format is run with --model in place of --checkpoint, if it is a single chain of the layers \
      that this package has; what it has not is named. Images are prepared as the file's metadata say, which 'nin \
      export' writes. Where the file leaves weights open as further inputs of its graph, give them by name: \
      --input x.npy --input W=w.npy.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup(title: "Preparation of images") var preparation: PreparationOptions
  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp("The trained network, a .safetensors file.", valueName: "file"), completion: .tensors)
  var checkpoint: String?

  @Option(
    help: ArgumentHelp("A network in the ONNX format instead.", valueName: "file.onnx"),
    completion: .file(extensions: ["onnx"]))
  var model: String?

  @Argument(
    help: ArgumentHelp("PNG and JPEG files.", valueName: "image"),
    completion: .file(extensions: ["png", "jpg", "jpeg", "PNG", "JPG", "JPEG"]))
  var images: [String] = []

  @Option(
    parsing: .unconditionalSingleValue,
    help: "A test image of --data, from 0; may be given several times.")
  var index: [Int] = []

  @Option(
    help: ArgumentHelp("A float32 array N×C×H×W, not resized and not normalised.", valueName: "x.npy"),
    completion: .array)
  var input: [String] = []

  @Option(
    help: ArgumentHelp("Where the logits of --input go, N×classes.", valueName: "y.npy"), completion: .array)
  var output: String?

  @Option(
    parsing: .unconditional,
    help:
      "Height and width that images are resized to. (default: as the network was trained, or the model's usual)"
  )
  var imageSize: Int?

  @Option(parsing: .unconditional, help: "How many classes to print, the likeliest first.")
  var top = 3

  @Flag(help: "Turn dark into light, in image files.")
  var invert = false

  @OptionGroup var progress: ProgressOptions

  func validate() throws {
    try requirePositive([("--image-size", imageSize), ("--top", top)])
    if output != nil { try preparation.requireNone(with: "--input") }
    guard (checkpoint == nil) != (model == nil) else {
      throw ValidationError("give the network, as --checkpoint or as --model (ONNX)")
    }
    guard input.isEmpty == (output == nil) else {
      throw ValidationError("--input and --output go together")
    }
    guard model != nil || input.count <= 1 else {
      throw ValidationError("--input can be given several times only with --model")
    }
    if output != nil {
      guard images.isEmpty, index.isEmpty, imageSize == nil, !invert else {
        throw ValidationError(
          "--input takes an array as it is: give no images, --index, --image-size or --invert")
      }
    } else if images.isEmpty && index.isEmpty {
      throw ValidationError("nothing to predict: give image files, --index, or --input and --output")
    }
  }

  func run() throws {
    let backend = try shared.makeBackend(
      allowsEmulation: compute.allowEmulation, convolutions: compute.convolutions)
    if let output { return try predictArray(to: output, on: backend) }
    try predictImages(on: backend)
  }

  private func predictArray(to output: String, on backend: any Backend) throws {
    if let model {
      let display = CommandProgress(isQuiet: progress.quiet)
      display.show("running \(model)")
      defer { display.clear() }
      try NPY.write(ONNXPrediction(path: model, inputs: input).run(on: backend, compute), to: output)
    } else if let checkpoint, let input = input.first {
      try predictArray(input, checkpoint: checkpoint, to: output, on: backend)
    }
  }

  private func predictImages(on backend: any Backend) throws {
    let count = images.count + index.count
    let ready: ImageNetwork
    if let model {
      ready = try ImageNetwork(
        model: model, imageSize: imageSize, given: preparation.given(), on: backend, compute,
        imageCount: count)
    } else if let checkpoint {
      ready = try ImageNetwork(
        checkpoint: checkpoint, imageSize: imageSize, given: preparation.given(), on: backend, compute,
        imageCount: count)
    } else {
      return
    }
    let (network, description) = (ready.network, ready.description)
    let output = network.outputShape(1)
    guard output.rank == 2 || output.rank == 4 && output[2] * output[3] == 1 else {
      throw NetworkError("the network ends in \(output); to classify it would have to end in 1×classes")
    }
    let resize = description.resize ?? .pillow
    let labels = ClassLabels(description, count: output[1])
    // Where results appear line by line, they show how far it is.
    let display = CommandProgress(isQuiet: progress.quiet || Terminal.standardOutput.isTerminal)
    defer { display.clear() }
    for (number, path) in images.enumerated() {
      display.show("classifying", number, of: count)
      let channels = network.image[0]
      let decoded = try ImageFile.decode(path: path, channels: channels)
      let image = invert ? decoded.inverted() : decoded
      let size = PixelSize(height: image.height, width: image.width)
      print("\(path): \(try classify(image.pixels, size, ready, labels, resize))")
    }
    guard let smallest = index.min(), let largest = index.max() else { return }
    // Unpacking all 10,000 images would take longer than classifying one.
    let isWithinReach = smallest >= 0 && largest < 1 << 24
    let dataset = try data.open(for: description)
    let test = try dataset.test(first: isWithinReach ? largest + 1 : nil)
    try network.requireFit(test, names: description.classNames)
    for (number, position) in index.enumerated() {
      display.show("classifying", images.count + number, of: count)
      guard (0..<test.count).contains(position) else {
        throw ValidationError("--index is \(position); the test set has the images 0 to \(test.count - 1)")
      }
      let line = try classify(
        test.image(at: position), test.size(at: position), ready, labels, resize)
      let file = test.fileName(at: position).map { ", \($0.onOneLine(atMost: 4096))" } ?? ""
      print("test image \(position)\(file) (\(test.classNames[Int(test.labels[position])])): \(line)")
    }
  }

  /// The likeliest classes of one image with their probabilities.
  private func classify(
    _ pixels: [UInt8], _ size: PixelSize, _ ready: ImageNetwork, _ labels: ClassLabels,
    _ resize: ResizeMethod
  ) throws -> String {
    let network = ready.network
    let target = PixelSize(height: network.image[1], width: network.image[2])
    let image = try resize.resized(pixels, from: size, to: target, channels: network.image[0])
    let logits = try image.withPixels { try ready.logits($0) }
    return labels.likeliest(logits, count: top)
  }

  private func predictArray(
    _ input: String, checkpoint path: String, to output: String, on backend: any Backend
  ) throws {
    let array = try NPY.read(input)
    let checkpoint = try Checkpoint.open(path, for: array.shape, from: input)
    let image = array.shape.perImage
    let display = CommandProgress(isQuiet: progress.quiet)
    display.show("preparing")
    let network = try checkpoint.makeNetwork(
      on: backend, compute, batchSizes: [array.shape[0]], imageCount: array.shape[0], image: image)
    display.show("classifying \(array.shape[0]) images")
    defer { display.clear() }
    try NPY.write(network.predict(array), to: output)
  }
}
