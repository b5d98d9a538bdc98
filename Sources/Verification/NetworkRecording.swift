import Backends
import Networks
import Operations
import Tensors

/// What a network on a backend computes for an experiment; nothing is copied until it is read.
public final class NetworkRecording: Recording {
  /// The backend's name.
  public let name: String
  /// In which numbers it was computed.
  public let precision: Precision
  /// The names of all tensors: activations of layers and containers, logits, loss, gradients.
  public let names: [String]
  /// The backend that computed.
  public let backend: any Backend
  private let network: Network
  private let loss: Double
  private let shapes: [String: Shape]
  private let layerOfActivation: [String: String]

  /// Runs an experiment forward and backward.
  ///
  /// - Parameters:
  ///   - experiment: What to compute.
  ///   - backend: Who computes.
  ///   - precision: In which numbers.
  /// - Throws: The errors of `Network`.
  public init(_ experiment: Experiment, on backend: any Backend, precision: Precision) throws {
    network = try experiment.network(on: backend, precision: precision) {
      $0.keepsActivations = true
      $0.microBatch = experiment.labels.count
    }
    loss = try network.computeGradients(experiment).loss
    name = backend.name
    self.backend = backend
    self.precision = precision
    var shapes: [String: Shape] = [:]
    var layers: [String: String] = [:]
    var names: [String] = []
    func add(_ name: String, _ shape: Shape) {
      names.append(name)
      shapes[name] = shape
    }
    for (layer, containers) in zip(experiment.layers, TensorName.containers(of: experiment.layers)) {
      for activation in ([layer.name] + containers).map(TensorName.activation) {
        add(activation, layer.operation.outputShape)
        layers[activation] = layer.name
      }
    }
    if let last = experiment.layers.last {
      add(TensorName.logits, last.operation.outputShape)
      layers[TensorName.logits] = last.name
    }
    add(TensorName.loss, [])
    for (parameter, shape) in experiment.parameterShapes { add(TensorName.gradient(parameter), shape) }
    self.names = names
    self.shapes = shapes
    layerOfActivation = layers
  }

  /// The shape of a tensor.
  public func shape(of name: String) -> Shape? { shapes[name] }

  /// The tensor of a name, copied from where the network has it.
  ///
  /// - Parameter name: A name of ``names``.
  /// - Returns: The tensor.
  /// - Throws: ``VerificationError`` if there is none of that name.
  public func tensor(_ name: String) throws -> Tensor<Double> {
    if name == TensorName.loss { return Tensor(shape: [], elements: [loss]) }
    if let layer = layerOfActivation[name] { return try network.keptActivation(layer) }
    let prefix = TensorName.gradient("")
    guard name.hasPrefix(prefix) else { throw VerificationError("\(self.name) has no tensor \(name)") }
    return try network.gradient(String(name.dropFirst(prefix.count)))
  }
}

extension Network {
  /// Computes the gradients of an experiment's batch.
  func computeGradients(_ experiment: Experiment) throws -> ClassificationScore {
    try experiment.images.elements.withUnsafeBufferPointer { pixels in
      try experiment.labels.withUnsafeBufferPointer { labels in
        guard let first = pixels.baseAddress else { return ClassificationScore() }
        return try computeGradients(.doubles(first), labels: labels, pass: experiment.pass)
      }
    }
  }
}
