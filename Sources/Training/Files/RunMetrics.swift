import Backends
import Networks
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `metrics.json`: the results of a training so far, with versions and machine.
///
/// What files of older versions do not have is nil.
public struct RunMetrics: Sendable, Codable {
  /// The version of this package.
  public let version: String?
  /// The tab of the book that was followed; nil for none.
  public let tab: String?
  /// The backend's name.
  public let backend: String?
  /// The library that it computes with, with its version.
  public let library: String?
  /// The processor's instructions that the library uses.
  public let instructionSet: String?
  /// The precision of activations.
  public let precision: String?
  /// How the algorithms of convolutions were chosen.
  public let convolutions: String?
  /// Images of a batch that a thread computes at a time.
  public let microBatch: Int?
  /// How many threads computed.
  public let threads: Int?
  /// The processor.
  public let processor: String?
  /// The operating system.
  public let system: String?
  /// How many numbers the network learns.
  public let parameters: Int?
  /// How many images were trained on.
  public let trainingImages: Int?
  /// How many images were held out to judge epochs by.
  public let validationImages: Int?
  /// How many images the network was tested on.
  public let testImages: Int?
  /// The digests of the images.
  public let data: DataDigests?
  /// Epochs that are complete.
  public let epochs: Int
  /// Steps that are done.
  public let steps: Int?
  /// How many images were trained on, each as often as it was seen.
  public let imagesSeen: Int?
  /// How long that took, in seconds, without tests, over all processes.
  public let seconds: Double?
  /// Images a second of that time.
  public let imagesPerSecond: Double?
  /// How long this process looked for what keeps the network from learning, in seconds, which ``seconds`` do not include.
  public let diagnosisSeconds: Double?
  /// The best epoch.
  public let best: EpochResult.Judgment?
  /// The last epoch.
  public let last: EpochResult?
  /// All epochs.
  public let history: [EpochResult]

  /// - Parameters:
  ///   - state: Where the training stands.
  ///   - images: Its images.
  ///   - network: Its network.
  ///   - imagesSeen: How many images were trained on.
  ///   - seconds: How long that took, without tests, over all processes.
  ///   - diagnosisSeconds: How long this process looked for what keeps the network from learning.
  init(
    _ state: TrainingState, _ images: TrainingImages, _ network: Network, imagesSeen: Int, seconds: Double,
    diagnosisSeconds: Double
  ) {
    version = PackageVersion.current
    tab = state.recipe.tab?.rawValue
    backend = network.backend.name
    library = network.backend.information.library
    instructionSet = network.backend.information.instructionSet
    precision = state.precision?.rawValue
    convolutions = state.convolutions?.rawValue
    microBatch = state.microBatch
    threads = network.backend.threads.count
    processor = Processor.name
    system = ProcessInfo.processInfo.operatingSystemVersionString
    parameters = network.parameterShapes.reduce(0) { $0 + $1.shape.elementCount }
    trainingImages = images.training.count
    validationImages = images.validation?.count ?? 0
    testImages = images.test?.count ?? 0
    data = images.digests
    epochs = state.epoch
    steps = state.step
    self.imagesSeen = imagesSeen
    self.seconds = seconds
    imagesPerSecond = seconds > 0 ? Double(imagesSeen) / seconds : 0
    self.diagnosisSeconds = diagnosisSeconds
    best = state.best
    last = state.history.last
    history = state.history
  }

  /// Reads the file.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` if it cannot be read, or is not what a training has written.
  public init(path: String) throws {
    let file = try RandomAccessFile(path: path)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(
        RunMetrics.self, from: Data(file.bytes(count: file.byteCount, at: 0)))
    } catch is DecodingError {
      throw FileError(path: path, problem: "does not have the results of a training")
    }
    guard isCountable, history.allSatisfy({ $0.bookTrainingLosses?.allSatisfy(\.isReachable) ?? true }) else {
      throw FileError(path: path, problem: "has counts that no training reaches")
    }
  }

  /// Whether the counts can be counted on without leaving the integers.
  private var isCountable: Bool {
    let counts = [
      epochs, steps, microBatch, threads, parameters, trainingImages, validationImages, testImages,
      imagesSeen,
      best?.epoch,
    ]
    return (counts.compactMap(\.self) + ([last].compactMap(\.self) + history).map(\.epoch))
      .allSatisfy { (0...1 << 53).contains($0) }
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
