import Datasets
import Layers
import Networks
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

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
        path: path, reason: "\(path) is a training state that this version cannot resume from")
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
    } catch let error as UnreadableLayer {
      throw TrainingError.unsupported(path: path, reason: "\(path) cannot be used: \(error)")
    } catch {
      return nil
    }
  }

  /// Whether the counts can be incremented without overflow.
  private var isCountable: Bool {
    // Epochs and batches are multiplied by numbers of images.
    ([epoch, batch, best?.epoch ?? 0] + history.map(\.epoch)).allSatisfy { (0...1 << 30).contains($0) }
      && [step, epochScore.correct, epochScore.count, halfEpochs?.batches ?? 0]
        .allSatisfy { (0...1 << 53).contains($0) }
      && microBatch.map { (1...1 << 53).contains($0) } ?? true
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
