import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compute a trained network's loss and accuracy on the test set, overall and per class.",
    discussion: """
      EXAMPLES:

        nin evaluate --checkpoint runs/quick/checkpoint.safetensors
        nin evaluate --checkpoint mine.safetensors --data photographs --json

      Precision is the share of the images classified as a class that belong to it, recall the share of a class's images \
      that are classified as it, F1 their harmonic mean, and support the number of its images; '-' if nothing was \
      classified as it. Top-k accuracy is the share of images whose class is among the k most likely. In the confusion \
      matrix, rows are labels and columns are predictions.
      """)

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup(title: "Preparation of images") var preparation: PreparationOptions
  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp("The trained network, a .safetensors file.", valueName: "file"), completion: .tensors)
  var checkpoint: String

  @Option(
    parsing: .unconditional,
    help:
      "Height and width to resize images to. (default: as in training, or the model's default)"
  )
  var imageSize: Int?

  @Option(parsing: .unconditional, help: "The number of images loaded at a time.")
  var batchSize = 128

  @Option(parsing: .unconditional, help: "Use only the first N test images.")
  var limitTest: Int?

  @Option(
    name: .customLong("top-k"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "The k of top-k accuracy; may be repeated. (default: 2 and 5, or less for fewer classes)",
      valueName: "k"))
  var top: [Int] = []

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var progress: ProgressOptions

  func validate() throws {
    try requirePositive([
      ("--image-size", imageSize), ("--batch-size", batchSize), ("--limit-test", limitTest),
    ])
    try requirePositive(top.map { ("--top-k", $0) })
    try requireFiles([("--checkpoint", checkpoint)])
  }

  func run() throws {
    let display = CommandProgress(isQuiet: progress.quiet)
    display.show("preparing")
    let backend = try shared.makeBackend(
      allowsEmulation: compute.allowEmulation, convolutions: compute.convolutions)
    let checkpoint = try Checkpoint.open(checkpoint, imageSize: imageSize, given: preparation.given())
    let dataset = try data.open(for: checkpoint.description)
    let test = try dataset.test()
    data.announceHeldOut(test, of: dataset, for: self.checkpoint)
    let images = limitTest.map(test.prefix) ?? test
    let network = try checkpoint.makeNetwork(
      on: backend, compute, batchSizes: [batchSize, images.count % batchSize].filter { $0 > 0 },
      imageCount: images.count)
    try network.requireFit(images, names: checkpoint.description.classNames)
    let classes = network.outputShape(1).elementCount
    if let top = top.first(where: { $0 > classes }) {
      throw ValidationError("--top-k is \(top), but the network has \(counted(classes, "class"))")
    }
    var report = EvaluationReport(
      checkpoint.description, classes: classes, top: top, dataNames: images.classNames)
    display.show("classifying", 0, of: images.count)
    let clock = ContinuousClock()
    let start = clock.now
    do {
      _ = try evaluate(
        network, on: images, resize: checkpoint.description.resize ?? .pillow, batchSize: batchSize,
        didEvaluate: { batch in
          report.add(batch)
          display.show("classifying", batch.firstImage + batch.count, of: images.count)
        })
    } catch let error as NonFiniteLoss {
      throw NetworkError.notFinite(reason: "\(self.checkpoint) cannot be evaluated: \(error)")
    }
    let seconds = (clock.now - start) / .seconds(1)
    display.clear()
    if json { return print(try prettyJSON(report)) }
    let terminal = Terminal.standardOutput
    print(report.text(width: terminal.isTerminal ? terminal.width : 80))
    terminal.say(
      "\n\(counted(report.images, "image")), \(decimal(Double(report.images) / seconds, places: 1)) images/s on "
        + "\(backend.name), \(Processor.name), \(counted(backend.threads.count, "thread"))")
  }
}
