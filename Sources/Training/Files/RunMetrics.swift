import Backends
import Networks
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// `metrics.json`: the results of a training run so far, with versions and machine.
///
/// Fields that files of older versions lack are nil.
public struct RunMetrics: Sendable, Codable {
  /// The version of this package.
  public let version: String?
  /// The tab of the book that was followed, if any.
  public let tab: String?
  /// The backend's name.
  public let backend: String?
  /// The backend's library with its version.
  public let library: String?
  /// The instruction set that the library uses.
  public let instructionSet: String?
  /// The precision of activations.
  public let precision: String?
  /// The choice of convolution algorithms.
  public let convolutions: String?
  /// The images of a batch that a thread computes at a time.
  public let microBatch: Int?
  /// The number of threads.
  public let threads: Int?
  /// The processor.
  public let processor: String?
  /// The operating system.
  public let system: String?
  /// The number of parameters.
  public let parameters: Int?
  /// The number of training images.
  public let trainingImages: Int?
  /// The number of images held out for validation.
  public let validationImages: Int?
  /// The number of test images.
  public let testImages: Int?
  /// The digests of the images.
  package let data: DataDigests?
  /// The changes of the recipe when the run was resumed; nil if there are none.
  package let changes: [RecipeChange]?
  /// The number of completed epochs.
  public let epochs: Int
  /// The number of completed steps.
  public let steps: Int?
  /// The number of images trained on, counting repetitions.
  public let imagesSeen: Int?
  /// The time of training in seconds, without tests, over all processes.
  public let seconds: Double?
  /// Images per second of that time; nil before the first step.
  public let imagesPerSecond: Double?
  /// The time in seconds that this process spent on diagnosis, not included in ``seconds``.
  public let diagnosisSeconds: Double?
  /// The best epoch.
  public let best: EpochResult.Judgment?
  /// The last epoch.
  public let last: EpochResult?
  /// All epochs.
  public let history: [EpochResult]

  /// - Parameters:
  ///   - state: The state of training.
  ///   - images: Its images.
  ///   - network: Its network.
  ///   - imagesSeen: The number of images trained on.
  ///   - seconds: The time of training, without tests, over all processes.
  ///   - diagnosisSeconds: The time this process spent on diagnosis.
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
    changes = state.changes
    epochs = state.epoch
    steps = state.step
    self.imagesSeen = imagesSeen
    self.seconds = seconds
    imagesPerSecond = seconds > 0 ? Double(imagesSeen) / seconds : nil
    self.diagnosisSeconds = diagnosisSeconds
    best = state.best
    last = state.history.last
    history = state.history
  }

  /// Reads the file.
  ///
  /// - Parameter path: The file.
  /// - Throws: `FileError` if it cannot be read, or does not have the results of a training run.
  public init(path: String) throws {
    let file = try RandomAccessFile(path: path)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(
        RunMetrics.self, from: Data(file.bytes(count: file.byteCount, at: 0)))
    } catch is DecodingError {
      throw FileError(path: path, problem: .unsupported(reason: "does not have the results of a run"))
    }
    guard isCountable, history.allSatisfy({ $0.bookTrainingLosses?.allSatisfy(\.isReachable) ?? true }) else {
      throw FileError(path: path, problem: .damaged(reason: "has counts that are out of range"))
    }
  }

  /// Whether the counts can be incremented without overflow.
  private var isCountable: Bool {
    let counts = [
      epochs, steps, microBatch, threads, parameters, trainingImages, validationImages, testImages,
      imagesSeen,
      best?.epoch,
    ]
    return (counts.compactMap(\.self) + ([last].compactMap(\.self) + history).map(\.epoch))
      .allSatisfy { (0...1 << 53).contains($0) }
  }

  /// Writes the file, which appears complete or not at all.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    let json = try encoder.encode(self)
    try AtomicFile.write(to: path) { try $0.write(Array(json) + [UInt8(ascii: "\n")]) }
  }
}
