import Networks
import Tensors

/// A copy of the parameters and the layers' state of the best epoch; the averaged weights, if there is an average.
struct BestParameters {
  /// The epoch, from 1.
  let epoch: Int
  private let values: [String: Tensor<Float>]
  private let state: [String: Tensor<Double>]

  /// Copies those of a network after an epoch.
  ///
  /// - Throws: The errors of the backend's library.
  init(of network: Network, epoch: Int) throws {
    self.epoch = epoch
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
    best = try BestParameters(of: network, epoch: state.epoch)
  }

  /// Gives the network the parameters of the best epoch.
  ///
  /// - Throws: ``TrainingError`` if they are neither in memory nor in a folder; the errors of the file.
  func restoreBest() throws {
    guard let epoch = state.best?.epoch else { return }
    if let best, best.epoch == epoch { return try best.restore(to: network) }
    guard let folder else {
      throw TrainingError.mismatch(
        reason:
          "the network of the best epoch, \(epoch), was not kept; use a folder, "
          + "or pass restoresBest: true to every call of run"
      )
    }
    // An earlier run wrote it.
    try Checkpoint(path: folder.bestCheckpoint).load(into: network)
  }
}
