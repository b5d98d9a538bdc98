import Backends
import Networks
import Tensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where a training stands: all that is needed to go on as if it had never stopped.
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
  /// Seconds of training so far, testing not counted.
  public var seconds = 0.0
  /// Images trained on so far.
  public var images = 0
  /// In which numbers it computes; nil in files that do not tell, which are of float32.
  public var precision: Precision?
  /// The complete epochs' results.
  public var history: [EpochResult] = []

  /// Makes the state of a training that has not begun.
  public init(recipe: Recipe) {
    self.recipe = recipe
  }

  private static let metadataKey = "nin-training"
  private static let velocityPrefix = "velocity."

  /// Writes the state, the parameters and the velocities to one file, which appears whole or not at all.
  func write(_ network: Network, to path: String) throws {
    let json = String(decoding: try JSONEncoder.sorted.encode(self), as: UTF8.self)
    let velocities = try network.velocities().map { (name: Self.velocityPrefix + $0.name, tensor: $0.tensor) }
    try Safetensors.write(
      tensors: network.parameters() + velocities, metadata: [Self.metadataKey: json], to: path)
  }

  /// Reads the state from a file.
  ///
  /// - Throws: ``TrainingError`` if the file is not a state of training.
  public init(path: String) throws {
    let file = try SafetensorsFile(path: path)
    guard let json = file.metadata[Self.metadataKey],
      let state = try? JSONDecoder().decode(TrainingState.self, from: Data(json.utf8)), state.isCountable,
      (try? state.recipe.validate()) != nil
    else {
      throw TrainingError("\(path) is not a state of training that this version can go on from")
    }
    self = state
  }

  /// Whether the counts can be counted on without leaving the integers.
  private var isCountable: Bool {
    [epoch, batch, step, images, epochScore.correct, epochScore.count].allSatisfy {
      (0...1 << 53).contains($0)
    }
  }

  /// Gives a network the file's parameters and velocities.
  static func load(path: String, into network: Network) throws {
    let file = try SafetensorsFile(path: path)
    try network.setParameters { try file.tensor($0, as: Float.self) }
    try network.setVelocities { try file.tensor(velocityPrefix + $0, as: Float.self) }
  }
}
