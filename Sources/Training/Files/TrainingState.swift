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

/// Where a training stands.
///
/// Two trainings that compute the same have the same states to the byte: times, threads and the machine are not
/// in it.
public struct TrainingState: Sendable, Equatable, Codable {
  /// The version of what a state's numbers mean; nil in files of versions before 0.5.
  public private(set) var format: Int? = 2
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
  /// The training loss as the book draws it; nil before the first step, and in files of older versions.
  var halfEpochs: HalfEpochLosses?
  /// The network, where it is not the recipe's.
  public internal(set) var model: Sequential?
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
  /// How bytes become numbers; nil in files of versions before 0.5, where the recipe says it.
  public var normalization: Normalization?
  /// The MD5 digest of the checkpoint file that the run has written last, by which it knows its own; nil if it has
  /// written none, and in files of versions before 0.4.
  public var checkpoint: String?
  /// The digest of the checkpoint before that, which is still there where a process was killed in between.
  public var previousCheckpoint: String?
  /// The digest of the best epoch's network.
  public var bestCheckpoint: String?
  /// The best epoch so far, by what epochs are judged by.
  public var best: EpochResult.Judgment?
  /// The complete epochs' results.
  public var history: [EpochResult] = []

  private enum CodingKeys: String, CodingKey {
    case format, recipe, epoch, batch, step, epochScore, halfEpochs, backend, precision, microBatch,
      convolutions, model
    case data, checkpoint, previousCheckpoint, bestCheckpoint, best, history
    // Spelled as in the files of earlier versions.
    case normalization = "normalisation"
  }

  /// Makes the state of a training that has not begun.
  public init(recipe: Recipe) {
    self.recipe = recipe
  }

  /// Whether the last epochs have brought nothing better for so long that the recipe ends the training.
  public var isOutOfPatience: Bool {
    guard let patience = recipe.patience, let best else { return false }
    return epoch - best.epoch >= patience
  }

  /// Notes the loss of the batch of the present step, and returns the half epoch that it completes, if it does.
  mutating func addToHalfEpoch(_ loss: Double, stepsPerEpoch: Int) -> HalfEpochLoss? {
    if halfEpochs == nil { halfEpochs = HalfEpochLosses() }
    return halfEpochs?.add(loss: loss, step: step, stepsPerEpoch: stepsPerEpoch)
  }

  /// Notes a complete epoch.
  mutating func add(_ result: EpochResult) {
    history.append(result)
    epoch += 1
    batch = 0
    epochScore = ClassificationScore()
    halfEpochs?.beginEpoch()
    if result.judgment.isBetter(than: best) { best = result.judgment }
  }

  /// Notes the network that is written after an epoch.
  mutating func note(checkpoint digest: String) {
    previousCheckpoint = checkpoint
    checkpoint = digest
    if best?.epoch == epoch { bestCheckpoint = digest }
  }

  /// Whether a trainer has written it, be it before the first step.
  var hasBegun: Bool { step > 0 || data != nil }

  /// What the recipe decides now, otherwise what was decided so far, otherwise what is usual.
  var computation: (precision: Precision, microBatch: Int?, convolutions: ConvolutionChoice) {
    (
      recipe.computation.precision ?? precision ?? .float32, recipe.computation.microBatch ?? microBatch,
      recipe.computation.convolutions ?? convolutions ?? (hasBegun ? .direct : .automatic)
    )
  }

  /// Whether the counts can be counted on without leaving the integers.
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

  /// Writes the state, the parameters, the optimizer's state, the average and what layers keep to a file that takes its
  /// name later.
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

  /// A digest of the state and its tensors, by which damage is noticed that leaves the file's structure whole.
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
  /// - Throws: ``TrainingError`` if the file is not a state of training, or is damaged.
  public init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard let json = file.metadata[MetadataKey.trainingState] else {
      let isNetwork = file.metadata[MetadataKey.network] != nil
      throw TrainingError(
        "\(path) is not a training state\(isNetwork ? ", but a network" : "")", isDamage: true)
    }
    if let digest = file.metadata[Self.digestKey] {
      let tensors = try file.names.filter { try file.elementType(of: $0) == .float32 }
        .map { name in
          LazyTensor(name: name, shape: try file.shape(of: name)) { try file.tensor(name, as: Float.self) }
        }
      guard try digest == Self.digest(json, tensors) else {
        throw TrainingError("\(path) is damaged", isDamage: true)
      }
    }
    guard var state = try Self.decoded(json, path: path), state.isCountable,
      (try? state.recipe.validate()) != nil
    else {
      throw TrainingError("\(path): this version cannot resume from its training state")
    }
    if state.format == nil { state.recipe.decaysBiases = true }
    // Versions before 0.5 did not keep the best epoch.
    for result in state.history where state.best == nil || state.format == nil {
      if result.judgment.isBetter(than: state.best) { state.best = result.judgment }
    }
    self = state
  }

  /// The state that a file's metadata has; nil if this version cannot read it.
  ///
  /// - Throws: ``TrainingError`` if only the program that defines a layer of its network can.
  private static func decoded(_ json: String, path: String) throws -> TrainingState? {
    do {
      return try JSONDecoder.ofTrainingStates.decode(TrainingState.self, from: Data(json.utf8))
    } catch let error as UnknownLayer {
      throw TrainingError("\(path): \(error)")
    } catch {
      return nil
    }
  }

  /// Gives a network the file's parameters, the optimizer's state and the average.
  static func load(path: String, into network: Network) throws {
    let file = try SafetensorsFile(path: path)
    try network.setParameters { try file.tensor($0, as: Float.self) }
    try network.setState { try file.tensor($0, as: Double.self) }
    try network.setOptimizerState { try file.tensor($0, as: Float.self) }
    guard network.options.keepsAverage else { return }
    try network.setAverages { try file.tensor(averagePrefix + $0, as: Float.self) }
  }
}

/// Digests of the training and the test images with their labels.
public struct DataDigests: Sendable, Equatable, Codable {
  /// The digest of the training images.
  public var training: String
  /// The digest of the test images; nil without any.
  public var test: String?

  /// Makes them from what `LabeledImages` gives as `digest`.
  ///
  /// - Parameters:
  ///   - training: The digest of the training images.
  ///   - test: The digest of the test images; nil without any.
  public init(training: String, test: String?) {
    self.training = training
    self.test = test
  }

  /// Requires that the data are those that a training began with.
  ///
  /// - Throws: ``TrainingError`` that says which are not.
  func requireSame(as stored: DataDigests?, folder: RunFolder?) throws {
    guard let stored else { return }
    let differing = [("training", training == stored.training), ("test", test == stored.test)]
      .filter { !$0.1 }.map(\.0)
    guard differing.isEmpty else {
      throw TrainingError(
        "the \(differing.joined(separator: " and ")) images are not those that the training in \(folder?.path ?? "") "
          + "began with; give the same --data, or start a new training in another --output")
    }
  }
}
