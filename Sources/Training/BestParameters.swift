import Datasets
import Networks
import Tensors

/// A copy of the parameters and the layers' state of the best epoch; the averaged weights, if there is an average.
struct BestParameters {
  /// The epoch, from 1.
  let epoch: Int
  /// In Double, which represents every precision exactly.
  private let tensors: [String: Tensor<Double>]

  /// Copies those of a network after an epoch.
  ///
  /// - Throws: The errors of the backend's library.
  init(of network: Network, epoch: Int) throws {
    self.epoch = epoch
    let parameters = try network.withAverage { try network.parameters(as: Double.self) }
    tensors = Dictionary(uniqueKeysWithValues: (parameters + network.state()).map { ($0.name, $0.tensor) })
  }

  /// Reads those of a network from the file that was written after the epoch, which has float32.
  ///
  /// - Throws: The errors of the file.
  init(of network: Network, epoch: Int, in checkpoint: Checkpoint) throws {
    self.epoch = epoch
    let names = network.parameterShapes.map(\.name) + network.stateSpecifications.map(\.name)
    tensors = Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try checkpoint.parameter($0, as: Double.self)) })
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

  /// Reads the parameters of an earlier best epoch, unless they are in memory, so that no later epoch is in vain.
  ///
  /// - Throws: ``TrainingError`` if the folder does not have them; the errors of the file.
  func takeEarlierBest() throws {
    guard let epoch = state.best?.epoch, best?.epoch != epoch else { return }
    guard let path = folder?.bestCheckpoint else {
      throw TrainingError.mismatch(
        reason:
          "the network of the best epoch, \(epoch), was not kept: restoresBest needs a folder, or to be set in every run"
      )
    }
    guard RunFolder.isTaken(path) else {
      throw TrainingError.mismatch(
        reason: "\(path) does not exist; restoresBest needs the network of the best epoch, \(epoch)")
    }
    guard try MD5.hexadecimalDigest(ofFile: path) == state.bestCheckpoint else {
      throw TrainingError.mismatch(
        reason: "\(path) is not the network of the run's best epoch, \(epoch), which restoresBest needs")
    }
    best = try BestParameters(of: network, epoch: epoch, in: Checkpoint(path: path))
  }
}
