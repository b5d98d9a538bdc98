import Backends
import Networks
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `metrics.json`: what a training has come to so far, with what, and on which machine.
struct RunMetrics: Encodable {
  let version = PackageVersion.current
  let tab: Tab?
  let backend: String
  let library: String
  let instructionSet: String
  let precision: Precision?
  let convolutions: ConvolutionChoice?
  let microBatch: Int?
  let threads: Int
  let processor = Processor.name
  let system = ProcessInfo.processInfo.operatingSystemVersionString
  let parameters: Int
  let trainingImages: Int
  let validationImages: Int
  let testImages: Int
  let epochs: Int
  let steps: Int
  let imagesSeen: Int
  let seconds: Double
  let imagesPerSecond: Double
  let best: EpochResult.Judgement?
  let last: EpochResult?
  let history: [EpochResult]

  /// - Parameters:
  ///   - state: Where the training stands.
  ///   - images: Its images.
  ///   - network: Its network.
  ///   - imagesSeen: How many images were trained on.
  ///   - seconds: How long that took, without tests, over all processes.
  init(_ state: TrainingState, _ images: TrainingImages, _ network: Network, imagesSeen: Int, seconds: Double)
  {
    tab = state.recipe.tab
    backend = network.backend.name
    library = network.backend.information.library
    instructionSet = network.backend.information.instructionSet
    precision = state.precision
    convolutions = state.convolutions
    microBatch = state.microBatch
    threads = network.backend.threads.count
    parameters = network.parameterShapes.reduce(0) { $0 + $1.shape.elementCount }
    trainingImages = images.training.count
    validationImages = images.validation?.count ?? 0
    testImages = images.test?.count ?? 0
    epochs = state.epoch
    steps = state.step
    self.imagesSeen = imagesSeen
    self.seconds = seconds
    imagesPerSecond = seconds > 0 ? Double(imagesSeen) / seconds : 0
    best = state.best
    last = state.history.last
    history = state.history
  }

  /// Writes the file, which appears whole or not at all.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let json = try encoder.encode(self)
    try AtomicFile.write(to: path) { try $0.write(Array(json) + [UInt8(ascii: "\n")]) }
  }
}
