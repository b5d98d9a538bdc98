import Datasets
import Networks
import Tensors

/// A copy of the parameters and the layers' state of the best epoch; the averaged weights, if there is an average.
struct BestParameters {
  /// The epoch, from 1.
  let epoch: Int
  /// The parameters in the model's order; Double represents every precision exactly.
  private let parameters: [Tensor<Double>]
  /// The layers' state in the model's order.
  private let state: [Tensor<Double>]

  /// Copies those of a network after an epoch.
  ///
  /// - Throws: The errors of the backend's library.
  init(of network: Network, epoch: Int) throws {
    self.epoch = epoch
    parameters = try network.withAverage { try network.parameters(as: Double.self).map(\.tensor) }
    state = network.state().map(\.tensor)
  }

  /// Reads those of a network from its checkpoint.
  ///
  /// - Throws: The errors of the file.
  init(of network: Network, in checkpoint: Checkpoint, epoch: Int) throws {
    self.epoch = epoch
    parameters = try network.parameterShapes.map { try checkpoint.parameter($0.name, as: Double.self) }
    state = try network.stateSpecifications.map { try checkpoint.state($0.name) }
  }

  /// Copies them back.
  ///
  /// - Throws: The errors of the backend's library.
  func restore(to network: Network) throws {
    try network.setParameters(Self.inOrder(parameters))
    try network.setState(Self.inOrder(state))
  }

  /// Returns the tensors one after another, for a network that sets its own in the model's order.
  private static func inOrder(_ tensors: [Tensor<Double>]) -> (_ name: String) -> Tensor<Double> {
    var next = 0
    return { _ in
      defer { next += 1 }
      return tensors[next]
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
    best = try BestParameters(of: network, in: Checkpoint(path: path), epoch: epoch)
  }
}
