import Backends
import Operations
import Tensors

/// The winners of all max poolings of an experiment when everything is computed in float64.
public struct ExactWinners: Sendable {
  /// The winners' places, by the layer's place among the experiment's.
  let places: [Int: [Int32]]

  /// Computes an experiment's forward pass up to its last max pooling.
  ///
  /// - Parameters:
  ///   - experiment: What to compute.
  ///   - precision: Those whose results will be compared: below float64, images and parameters are float32.
  ///   - threads: The threads to compute with.
  /// - Throws: What the reference refuses.
  public init(_ experiment: Experiment, precision: Precision, threads: ThreadPool) throws {
    let experiment = try experiment.taken(in: precision)
    var places: [Int: [Int32]] = [:]
    var values = experiment.images
    let poolings = experiment.layers.indices.filter { index in
      if case .maxPooling = experiment.layers[index].operation { true } else { false }
    }
    for index in 0..<(poolings.last.map { $0 + 1 } ?? 0) {
      if case .maxPooling(let geometry) = experiment.layers[index].operation {
        places[index] = PoolingWinners.places(in: values, geometry)
      }
      values = try ReferenceLayer(index, of: experiment, precision: .float64, threads: threads).forward(
        values)
    }
    self.places = places
  }
}
