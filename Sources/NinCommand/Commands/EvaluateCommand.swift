import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin evaluate`.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Compute a trained network's loss and accuracy on the test set.")

  @OptionGroup var shared: SharedOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup var data: DataOptions

  @Option(help: ArgumentHelp("The trained network, a .safetensors file.", valueName: "file"))
  var checkpoint: String

  @Option(
    parsing: .unconditional,
    help:
      "Height and width that images are resized to. (default: as the network was trained, or the model's usual)"
  )
  var imageSize: Int?

  @Option(parsing: .unconditional, help: "How many images are loaded at a time.")
  var batchSize = 128

  @Option(parsing: .unconditional, help: "Only so many test images, from the first.")
  var limitTest: Int?

  @Flag(help: "Print JSON.")
  var json = false

  /// What is printed as JSON: results only, so that it is the same from run to run.
  private struct Report: Encodable {
    let loss: Double
    let accuracy: Double
    let images: Int
  }

  func validate() throws {
    try requirePositive([
      ("--image-size", imageSize), ("--batch-size", batchSize), ("--limit-test", limitTest),
    ])
  }

  func run() throws {
    let backend = try shared.makeBackend(
      allowsEmulation: compute.allowEmulation, convolutions: compute.convolutions)
    let checkpoint = try Checkpoint.open(checkpoint, imageSize: imageSize)
    let test = try data.open(for: checkpoint.description).test()
    let images = limitTest.map(test.prefix) ?? test
    let network = try checkpoint.makeNetwork(
      on: backend, compute, batchSizes: [batchSize, images.count % batchSize].filter { $0 > 0 },
      imageCount: images.count)
    try network.requireFit(images, names: checkpoint.description.classNames)
    let clock = ContinuousClock()
    let start = clock.now
    guard
      let score = try evaluate(
        network, on: images, resize: checkpoint.description.resize ?? .pillow, batchSize: batchSize)
    else { return }
    let seconds = (clock.now - start) / .seconds(1)
    let rate = Double(score.count) / seconds
    if json {
      return print(
        try prettyJSON(Report(loss: score.loss, accuracy: score.accuracy, images: score.count)))
    }
    print("test loss \(decimal(score.loss, places: 3)), test acc \(decimal(score.accuracy, places: 3))")
    print(
      "\(grouped(score.count)) images, \(decimal(rate, places: 1)) images/sec on \(backend.name), "
        + "\(Processor.name), \(backend.threads.count) threads")
  }
}
