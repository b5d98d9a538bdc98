import Backends
import Networks
import Operations
import Tensors

/// A recording of a network that computes an experiment on a backend.
public struct NetworkRecording: Recording {
  /// The backend's name.
  public let name: String
  /// The precision it was computed in.
  public let precision: Precision
  /// The plan that computed it.
  public let plan: NetworkPlan?
  /// The names of all tensors: activations of layers and containers, logits, loss, state, gradients.
  public let names: [String]
  /// The algorithms of the convolutions, by the layers' names.
  public let algorithms: [String: ConvolutionAlgorithm]
  private let tensors: [String: RecordedTensor]

  /// Runs an experiment, forward and, unless the plan is for prediction, backward.
  ///
  /// - Parameters:
  ///   - experiment: The experiment.
  ///   - backend: The backend to compute on.
  ///   - precision: The precision to compute in.
  ///   - plan: The plan to run.
  ///   - convolutions: The choice of convolution algorithms.
  /// - Throws: The errors of `Network`.
  public init(
    _ experiment: Experiment, on backend: any Backend, precision: Precision, plan: NetworkPlan,
    convolutions: ConvolutionChoice = .automatic
  ) throws {
    let network = try experiment.network(
      on: backend, precision: precision, plan: plan, convolutions: convolutions)
    try self.init(experiment, running: network, plan: plan)
  }

  /// Runs an experiment on a network whose parameters are the experiment's.
  init(_ experiment: Experiment, running network: Network, plan: NetworkPlan) throws {
    let outputs = RecordedOutputs(precision: network.options.precision)
    network.activationObserver = outputs
    defer { network.activationObserver = nil }
    let loss = try network.run(experiment, plan).loss
    var names: [String] = []
    var tensors: [String: RecordedTensor] = [:]
    func add(_ name: String, _ tensor: RecordedTensor) {
      names.append(name)
      tensors[name] = tensor
    }
    for (layer, containers) in zip(experiment.layers, TensorName.containers(of: experiment.layers)) {
      guard let output = outputs.layers[layer.name] else { continue }
      for name in [layer.name] + containers { add(TensorName.activation(name), output) }
    }
    if let logits = outputs.network { add(TensorName.logits, logits) }
    add(TensorName.loss, RecordedTensor(Tensor(shape: [], elements: [loss]), precision: .float64))
    for (state, values) in network.state() {
      add(TensorName.state(state), RecordedTensor(values, precision: network.options.precision))
    }
    for (parameter, _) in plan == .prediction ? [] : experiment.parameterShapes {
      let gradient = try network.gradient(parameter, as: Double.self)
      add(TensorName.gradient(parameter), RecordedTensor(gradient, precision: network.options.precision))
    }
    name = network.backend.name
    precision = network.options.precision
    self.plan = plan
    self.names = names
    self.tensors = tensors
    algorithms = Dictionary(
      network.layers.compactMap { layer in layer.requirements.algorithm.map { (layer.name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }

  /// The algorithm of a convolution.
  public func algorithm(ofLayer name: String) -> ConvolutionAlgorithm? { algorithms[name] }

  /// The shape of a tensor.
  public func shape(of name: String) -> Shape? { tensors[name]?.shape }

  /// The tensor with a name.
  ///
  /// - Parameter name: A name of ``names``.
  /// - Returns: The tensor.
  /// - Throws: ``VerificationError`` if the tensor is missing.
  public func tensor(_ name: String) throws -> Tensor<Double> {
    guard let tensor = tensors[name] else {
      throw VerificationError.missingTensor(name: name, reason: "\(self.name) has no tensor \(name)")
    }
    return tensor.values
  }
}

/// A tensor in the smaller of the types that hold a precision's numbers.
private struct RecordedTensor {
  private enum Elements {
    case float([Float])
    case double([Double])
  }

  private(set) var shape: Shape
  private var elements: Elements

  init(_ tensor: Tensor<Double>, precision: Precision) {
    shape = tensor.shape
    elements = precision == .float64 ? .double(tensor.elements) : .float(tensor.elements.map { Float($0) })
  }

  var values: Tensor<Double> {
    switch elements {
    case .float(let elements): Tensor(shape: shape, elements: elements.map { Double($0) })
    case .double(let elements): Tensor(shape: shape, elements: elements)
    }
  }

  /// Appends the images of another tensor.
  func followed(by other: RecordedTensor) -> RecordedTensor {
    var joined = self
    joined.shape = shape.withBatch(shape[0] + other.shape[0])
    switch (elements, other.elements) {
    case (.float(let first), .float(let second)): joined.elements = .float(first + second)
    default: joined.elements = .double(values.elements + other.values.elements)
    }
    return joined
  }
}

/// The outputs of all layers and of the network, combined from those of the batch's parts.
private final class RecordedOutputs: ActivationObserver {
  private(set) var layers: [String: RecordedTensor] = [:]
  private(set) var network: RecordedTensor?
  private let precision: Precision

  init(precision: Precision) {
    self.precision = precision
  }

  func observe(_ output: Tensor<Double>, ofLayer layer: String) {
    layers[layer] = joined(layers[layer], output)
  }

  func observe(networkOutput output: Tensor<Double>) {
    network = joined(network, output)
  }

  private func joined(_ earlier: RecordedTensor?, _ output: Tensor<Double>) -> RecordedTensor {
    let output = RecordedTensor(output, precision: precision)
    return earlier?.followed(by: output) ?? output
  }
}

extension Network {
  /// Runs an experiment's batch: for prediction forward only, otherwise backward as well.
  fileprivate func run(_ experiment: Experiment, _ plan: NetworkPlan) throws -> ClassificationScore {
    let (images, labels) = (ImageBatch.doubles(experiment.images), experiment.labels)
    if plan == .prediction { return try evaluate(images, labels: labels) }
    return try computeGradients(images, labels: labels, context: experiment.context)
  }
}
