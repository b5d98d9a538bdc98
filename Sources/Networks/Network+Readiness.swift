import Backends
import Tensors

extension Network {
  /// Requires that all parameters have values.
  ///
  /// - Throws: ``NetworkError`` that names the first parameter without.
  package func requireValues() throws {
    if let name = store.firstUnset { try requireValues(of: name) }
  }

  /// Requires that a parameter has values.
  ///
  /// - Throws: ``NetworkError`` if they have never been set.
  func requireValues(of name: String) throws {
    guard store.isUnset(name) else { return }
    throw NetworkError.notPrepared(
      reason:
        "the parameter \(name.quoted) has no values; initialize the network, or set or load its parameters")
  }

  /// Requires that gradients have been computed, in a network that can compute them.
  ///
  /// - Throws: ``NetworkError`` otherwise.
  func requireComputedGradients() throws {
    guard let gradients, !gradients.areComputed else { return }
    throw NetworkError.notPrepared(
      reason: "no gradients have been computed yet; call computeGradients first")
  }

  /// Runs a batch.
  ///
  /// - Throws: ``NetworkError`` if a parameter has no values; the errors of the backend's library.
  @discardableResult
  func run(_ batch: BatchWork) throws -> ClassificationScore {
    try requireValues()
    return try runner.run(batch)
  }
}
