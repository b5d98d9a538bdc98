import Datasets
import Networks
import Tensors

/// A copy of the parameters and the layers' state of the best epoch; the averaged weights, if there is an average.
struct BestParameters {
  /// The epoch, from 1.
  let epoch: Int
  /// Parameters and state by name, in Double, which represents every precision exactly.
  private let tensors: [String: Tensor<Double>]

  /// Copies those of a network after an epoch.
  ///
  /// - Throws: The errors of the backend's library.
  init(of network: Network, epoch: Int) throws {
    self.epoch = epoch
    let parameters = try network.withAverage { try network.parameters(as: Double.self) }
    tensors = Dictionary(uniqueKeysWithValues: (parameters + network.state()).map { ($0.name, $0.tensor) })
  }

  /// Reads those of a network from the checkpoint that was written after the epoch.
  ///
  /// - Throws: The errors of the file.
  init(of network: Network, epoch: Int, in checkpoint: Checkpoint) throws {
    self.epoch = epoch
    let parameters = try network.parameterShapes.map { name, _ in
      (name, try checkpoint.parameter(name, as: Double.self))
    }
    let state = try network.stateSpecifications.map { name, _ in (name, try checkpoint.state(name)) }
    tensors = Dictionary(uniqueKeysWithValues: parameters + state)
  }

  /// Copies them back.
  ///
  /// - Throws: `NetworkError` if a shape differs, as that of a file of another network.
  func restore(to network: Network) throws {
    try network.setParametersAndState { name in
      guard let tensor = tensors[name] else {
        throw TrainingError.mismatch(reason: "the network of the best epoch, \(epoch), has no \(name)")
      }
      return tensor
    }
  }
}

extension Trainer {
  /// Keeps a copy of the parameters if the epoch that has just been recorded is the best.
  func keepBest() throws {
    guard state.best?.epoch == state.epoch else { return }
    best = try BestParameters(of: network, epoch: state.epoch)
  }

  /// Requires a copy of the parameters of the best epoch so far, before the network is trained further.
  ///
  /// - Throws: ``TrainingError`` if they are neither in memory nor in a folder; the errors of the file.
  func requireBest() throws {
    guard let epoch = state.best?.epoch, best?.epoch != epoch else { return }
    if state.epoch == epoch, state.batch == 0 { return try keepBest() }
    guard let folder else {
      throw TrainingError.mismatch(
        reason:
          "the network of the best epoch so far, \(epoch), was not kept; use a folder, or pass restoresBest: true to every "
          + "call of run"
      )
    }
    // An earlier call or process wrote it.
    let path = folder.bestCheckpoint
    guard RunFolder.isTaken(path), try MD5.hexadecimalDigest(ofFile: path) == state.bestCheckpoint else {
      throw TrainingError.mismatch(
        reason:
          "\(path) is missing or not the network of this run's best epoch, \(epoch); put that back, or run without restoresBest"
      )
    }
    best = try BestParameters(of: network, epoch: epoch, in: Checkpoint(path: path))
  }
}
