import Backends
import Datasets
import Layers
import Networks
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The state of a training run.
///
/// Two runs with the same results have byte-identical states: times, threads and the machine are not included.
public struct TrainingState: Sendable, Equatable, Codable {
  /// The version of a state's semantics; nil in files of versions before 0.5.
  package private(set) var format: Int? = 2
  /// The recipe that training started with.
  public var recipe: Recipe
  /// Completed epochs.
  public var epoch = 0
  /// Completed batches of the current epoch.
  public var batch = 0
  /// Completed steps, over all epochs.
  public var step = 0
  /// The score on the current epoch's images so far.
  package var epochScore = ClassificationScore()
  /// The training loss as the book draws it; nil before the first step, and in files of older versions.
  var halfEpochs: HalfEpochLosses?
  /// The network, if it differs from the recipe's.
  public internal(set) var model: Sequential?
  /// The name of the last backend; nil in files of versions before 0.4.
  public var backend: String?
  /// The precision; nil in files that do not state it, which use float32.
  public var precision: Precision?
  /// The number of images computed at a time, which determines the order of the gradients' sums; nil in files of
  /// versions before 0.4.
  package var microBatch: Int?
  /// The choice of convolution algorithms; nil in files that do not state it, which use direct ones.
  package var convolutions: ConvolutionChoice?
  /// The training and test data; nil in files of versions before 0.4.
  package var data: DataDigests?
  /// The normalization; nil in files of versions before 0.5, where it is in the recipe.
  public var normalization: Normalization?
  /// The MD5 digest of the run's last checkpoint file, by which it is recognized; nil if none has been written, and in
  /// files of versions before 0.4.
  package var checkpoint: String?
  /// The digest of the previous checkpoint, which is still in the folder if a process was killed in between.
  package var previousCheckpoint: String?
  /// The MD5 digest of the best epoch's network.
  package var bestCheckpoint: String?
  /// The types of the custom functions; nil in files of versions before 0.6.
  var functions: FunctionNames?
  /// Absent unless true, as in files of older versions.
  private var stopped: Bool?
  /// The best epoch so far.
  public var best: EpochResult.Judgment?
  /// The results of the completed epochs.
  public var history: [EpochResult] = []

  private enum CodingKeys: String, CodingKey {
    case format, recipe, epoch, batch, step, epochScore, halfEpochs, backend, precision, microBatch,
      convolutions, model
    case data, checkpoint, previousCheckpoint, bestCheckpoint, functions, stopped, best, history
    // Spelled as in the files of earlier versions.
    case normalization = "normalisation"
  }

  /// Creates the state of a new run.
  public init(recipe: Recipe) {
    self.recipe = recipe
  }

  /// Whether an observer has stopped training after an epoch; set it to false to continue.
  public var isStopped: Bool {
    get { stopped ?? false }
    set { stopped = newValue ? true : nil }
  }

  /// Whether no epoch has been better for as many epochs as the recipe's patience.
  public var isOutOfPatience: Bool {
    guard let patience = recipe.patience, let best else { return false }
    return epoch - best.epoch >= patience
  }

  /// Records the batch's loss in the current step, and returns the half epoch that it completes, if any.
  mutating func addToHalfEpoch(_ loss: Double, stepsPerEpoch: Int) -> HalfEpochLoss? {
    if halfEpochs == nil { halfEpochs = HalfEpochLosses() }
    return halfEpochs?.add(loss: loss, step: step, stepsPerEpoch: stepsPerEpoch)
  }

  /// Records a completed epoch.
  mutating func add(_ result: EpochResult) {
    history.append(result)
    epoch += 1
    batch = 0
    epochScore = ClassificationScore()
    halfEpochs?.beginEpoch()
    if result.judgment.isBetter(than: best) { best = result.judgment }
  }

  /// Records the network that is written after an epoch.
  mutating func note(checkpoint digest: String) {
    previousCheckpoint = checkpoint
    checkpoint = digest
    if best?.epoch == epoch { bestCheckpoint = digest }
  }

  /// Whether a trainer has written the state, even before the first step.
  var hasBegun: Bool { step > 0 || data != nil }

  /// The choices of the recipe, otherwise those of the state, otherwise the defaults.
  var computation: (precision: Precision, microBatch: Int?, convolutions: ConvolutionChoice) {
    (
      recipe.computation.precision ?? precision ?? .float32, recipe.computation.microBatch ?? microBatch,
      recipe.computation.convolutions ?? convolutions ?? (hasBegun ? .direct : .automatic)
    )
  }

  /// Whether the counts can be incremented without overflow.
  private var isCountable: Bool {
    // Epochs and batches are multiplied by numbers of images.
    ([epoch, batch, best?.epoch ?? 0] + history.map(\.epoch)).allSatisfy { (0...1 << 30).contains($0) }
      && [step, epochScore.correct, epochScore.count, halfEpochs?.batches ?? 0]
        .allSatisfy { (0...1 << 53).contains($0) }
      && microBatch.map { (1...1 << 53).contains($0) } ?? true
  }
}

// MARK: Files

extension TrainingState {
  private static let averagePrefix = "average."
  private static let digestKey = "digest"

  /// Writes the state, the parameters, the optimizer's state, the average and the layers' state to a file that gets its
  /// final name later.
  func stage(_ network: Network, for path: String) throws -> StagedFile {
    let json = String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self)
    let state = network.storedState()
    let tensors =
      network.lazyParameters + network.lazyOptimizerState
      + network.lazyAverages.map { $0.renamed(Self.averagePrefix + $0.name) } + state.tensors
    let digest = try Self.digest(json, tensors)
    return try Safetensors.stage(
      tensors: tensors, counts: state.counts,
      metadata: [MetadataKey.trainingState: json, Self.digestKey: digest], for: path)
  }

  /// A digest of the state and its tensors, which detects damage that leaves the file's structure intact.
  private static func digest(_ json: String, _ tensors: [LazyTensor]) throws -> String {
    var digest = MD5()
    Array(json.utf8).withUnsafeBytes { digest.update($0) }
    for tensor in tensors.sorted(by: { $0.name < $1.name }) {
      try tensor.values().elements.withUnsafeBytes { digest.update($0) }
    }
    return digest.hexadecimalDigest()
  }

  /// Reads the state from a file.
  ///
  /// - Throws: ``TrainingError`` if the file is not a training state, or is damaged.
  public init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard let json = file.metadata[MetadataKey.trainingState] else {
      let isNetwork = file.metadata[MetadataKey.network] != nil
      throw TrainingError.damaged(
        path: path, reason: "\(path) is not a training state\(isNetwork ? ", but a network" : "")")
    }
    if let digest = file.metadata[Self.digestKey] {
      let tensors = try file.names.filter { try file.elementType(of: $0) == .float32 }
        .map { name in
          LazyTensor(name: name, shape: try file.shape(of: name)) { try file.tensor(name, as: Float.self) }
        }
      guard try digest == Self.digest(json, tensors) else {
        throw TrainingError.damaged(path: path, reason: "\(path) is damaged")
      }
    }
    guard var state = try Self.decoded(json, path: path), state.isCountable,
      (try? state.recipe.validate()) != nil
    else {
      throw TrainingError.unsupported(
        path: path, reason: "\(path): this version cannot resume from its training state")
    }
    if state.format == nil { state.recipe.decaysBiases = true }
    // Versions before 0.5 did not keep the best epoch.
    for result in state.history where state.best == nil || state.format == nil {
      if result.judgment.isBetter(than: state.best) { state.best = result.judgment }
    }
    self = state
  }

  /// The state in a file's metadata; nil if this version cannot read it.
  ///
  /// - Throws: ``TrainingError`` if only the program that defines a layer of its network can read it.
  private static func decoded(_ json: String, path: String) throws -> TrainingState? {
    do {
      return try JSONDecoder.ofTrainingStates.decode(TrainingState.self, from: Data(json.utf8))
    } catch let error as UnknownLayer {
      throw TrainingError.unknownLayer(path: path, kind: error.kind)
    } catch {
      return nil
    }
  }

  /// Copies the file's parameters, optimizer state and average into a network.
  static func load(path: String, into network: Network) throws {
    let file = try SafetensorsFile(path: path)
    try network.setParameters { try file.tensor($0, as: Float.self) }
    try network.setState { try file.tensor($0, as: Double.self) }
    try network.setOptimizerState { try file.tensor($0, as: Float.self) }
    guard network.options.keepsAverage else { return }
    try network.setAverages { try file.tensor(averagePrefix + $0, as: Float.self) }
  }
}

/// Digests of the training, validation and test images with their labels.
package struct DataDigests: Sendable, Equatable, Codable {
  /// The digest of the training images.
  package var training: String
  /// The digest of the validation images; nil unless they were given separately.
  package var validation: String?
  /// The digest of the test images; nil without any.
  package var test: String?

  /// Creates digests from the `digest` of `LabeledImages`.
  ///
  /// - Parameters:
  ///   - training: The digest of the training images.
  ///   - validation: The digest of the validation images; nil unless they were given separately.
  ///   - test: The digest of the test images; nil without any.
  package init(training: String, validation: String? = nil, test: String?) {
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// Requires the data to be the same as at the start of training.
  ///
  /// - Throws: ``TrainingError`` that names those that differ.
  func requireSame(as stored: DataDigests?, folder: RunFolder?) throws {
    guard let stored else { return }
    let differing = [
      ("training", training == stored.training), ("validation", validation == stored.validation),
      ("test", test == stored.test),
    ].filter { !$0.1 }.map(\.0)
    guard differing.isEmpty else {
      throw TrainingError.dataChanged(path: folder?.path ?? "", sets: differing)
    }
  }
}
