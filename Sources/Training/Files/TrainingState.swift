import Backends
import Networks
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where a training stands: all that is needed to resume it as if it had never stopped.
///
/// Two trainings that compute the same have the same states to the byte: times, threads and the machine are not
/// in it.
public struct TrainingState: Sendable, Equatable, Codable {
  /// The recipe that the training was started with.
  public var recipe: Recipe
  /// Epochs that are complete.
  public var epoch = 0
  /// Batches of the present epoch that are done.
  public var batch = 0
  /// Steps that are done, over all epochs.
  public var step = 0
  /// How the present epoch's images were classified so far.
  public var epochScore = ClassificationScore()
  /// The name of the backend that computed it last; nil in files of versions before 0.4.
  public var backend: String?
  /// The precision it is computed in; nil in files that do not say, which are of float32.
  public var precision: Precision?
  /// The number of images computed at a time, which decides the order of the gradients' sums; nil in files of
  /// versions before 0.4.
  public var microBatch: Int?
  /// How the algorithms of convolutions are chosen; nil in files that do not say, which are of direct ones.
  public var convolutions: ConvolutionChoice?
  /// The data it is trained and tested on; nil in files of versions before 0.4.
  public var data: DataDigests?
  /// The MD5 digest of the checkpoint file that the run has written last, by which it knows its own; nil if it has
  /// written none, and in files of versions before 0.4.
  public var checkpoint: String?
  /// The complete epochs' results.
  public var history: [EpochResult] = []

  /// Makes the state of a training that has not begun.
  public init(recipe: Recipe) {
    self.recipe = recipe
  }

  /// Writes the state, the parameters, what the optimizer and what layers keep to one file, which appears whole or not at all.
  func write(_ network: Network, to path: String) throws {
    let json = String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self)
    let state = network.storedState()
    try Safetensors.write(
      tensors: network.parameters() + network.optimizerState() + state.tensors, counts: state.counts,
      metadata: [MetadataKey.trainingState: json], to: path)
  }

  /// Reads the state from a file.
  ///
  /// - Throws: ``TrainingError`` if the file is not a state of training.
  public init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard let json = file.metadata[MetadataKey.trainingState] else {
      let isNetwork = file.metadata[MetadataKey.network] != nil
      throw TrainingError("\(path) is not a training state\(isNetwork ? ", but a network" : "")")
    }
    guard let state = try? JSONDecoder().decode(TrainingState.self, from: Data(json.utf8)), state.isCountable,
      (try? state.recipe.validate()) != nil
    else {
      throw TrainingError("\(path): this version cannot resume from its training state")
    }
    self = state
  }

  /// Whether a trainer has written it, be it before the first step.
  var hasBegun: Bool { step > 0 || precision != nil }

  /// Whether the counts can be counted on without leaving the integers.
  private var isCountable: Bool {
    [epoch, batch, step, epochScore.correct, epochScore.count].allSatisfy { (0...1 << 53).contains($0) }
      && microBatch.map { (1...1 << 53).contains($0) } ?? true
  }

  /// Gives a network the file's parameters, and what its optimizer and its layers keep.
  static func load(path: String, into network: Network) throws {
    let file = try SafetensorsFile(path: path)
    try network.setParameters { try file.tensor($0, as: Float.self) }
    try network.setState { try file.tensor($0, as: Double.self) }
    try network.setOptimizerState { try file.tensor($0, as: Float.self) }
  }
}

/// Digests of the training and the test images with their labels.
public struct DataDigests: Sendable, Equatable, Codable {
  /// The digest of the training images.
  public var training: String
  /// The digest of the test images.
  public var test: String
}

/// What one epoch has brought.
public struct EpochResult: Sendable, Equatable, Codable {
  /// Which epoch, from 1.
  public var epoch: Int
  /// The mean loss over the training images, each as the network was when it saw it.
  public var trainingLoss: Double
  /// The accuracy over the training images, likewise.
  public var trainingAccuracy: Double
  /// The mean loss over the test images after the epoch.
  public var testLoss: Double
  /// The accuracy over the test images after the epoch.
  public var testAccuracy: Double
}
