import Networks
import Tensors

/// A copy of the parameters and the layers' state of the best epoch; the averaged weights, if there is an average.
struct BestParameters {
  private let values: [String: Tensor<Float>]
  private let state: [String: Tensor<Double>]

  /// Copies those of a network.
  ///
  /// - Throws: The errors of the backend's library.
  init(of network: Network) throws {
    values = try network.withAverage {
      Dictionary(uniqueKeysWithValues: try network.parameters().map { ($0.name, $0.tensor) })
    }
    state = Dictionary(uniqueKeysWithValues: network.state().map { ($0.name, $0.tensor) })
  }

  /// Copies them back.
  ///
  /// - Throws: The errors of the backend's library.
  func restore(to network: Network) throws {
    try network.setParameters { values[$0] ?? Tensor(shape: [], elements: []) }
    try network.setState { state[$0] ?? Tensor(shape: [], elements: []) }
  }
}

extension Trainer {
  /// Keeps a copy of the parameters if the epoch that has just been recorded is the best.
  func keepBest() throws {
    guard state.best?.epoch == state.epoch else { return }
    best = try BestParameters(of: network)
  }

  /// Gives the network the parameters of the best epoch.
  func restoreBest() throws {
    if let best { return try best.restore(to: network) }
    // The best epoch was before this process resumed the run.
    guard let folder, state.best != nil else { return }
    try Checkpoint(path: folder.bestCheckpoint).load(into: network)
  }
}
