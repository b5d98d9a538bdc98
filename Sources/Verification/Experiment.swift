import Backends
import Layers
import Networks
import Operations
import Tensors

/// What is computed in order to be compared: one batch, forward and backward, with everything that decides it.
public struct Experiment: Sendable {
  /// The model.
  public let model: Sequential
  /// The model's layers for this batch, in order.
  public let layers: [ResolvedLayer]
  /// The images, N×C×H×W.
  public let images: Tensor<Double>
  /// The class of each image.
  public let labels: [Int32]
  /// The values of all parameters, by their names.
  public let parameters: [String: Tensor<Double>]
  /// What layers keep from step to step, such as running statistics, before the pass; likewise.
  public let state: [String: Tensor<Double>]
  /// Whether dropout drops and batch normalization takes the batch's statistics, and the seed of dropout's masks.
  public let context: RunContext

  /// Makes an experiment, checking that everything fits together.
  ///
  /// - Parameters:
  ///   - model: The model, which must end in one number per class.
  ///   - images: The images, N×C×H×W.
  ///   - labels: The class of each image.
  ///   - parameters: The values of all parameters, by their names.
  ///   - state: What layers keep from step to step; what is missing begins as in a new network.
  ///   - context: Whether dropout drops and batch normalization takes the batch's statistics, and the seed of dropout's
  ///     masks.
  /// - Throws: `LayerError` if the images do not fit the model, ``VerificationError`` if anything else does not.
  public init(
    _ model: Sequential, images: Tensor<Double>, labels: [Int32], parameters: [String: Tensor<Double>],
    state: [String: Tensor<Double>] = [:], context: RunContext = RunContext()
  ) throws {
    guard images.shape.rank == 4, images.shape.extents.allSatisfy({ $0 > 0 }) else {
      throw VerificationError.unsuitableInput(
        reason: "the images have the shape \(images.shape); N×C×H×W is needed")
    }
    layers = try model.resolved(for: images.shape)
    guard let output = layers.last?.operation.outputShape, output.rank == 2 else {
      throw VerificationError.unsuitableModel(
        reason: "the model does not end in one number per class, as after a Flatten")
    }
    guard labels.count == images.shape[0] else {
      throw VerificationError.unsuitableInput(
        reason: "there are \(images.shape[0]) images and \(labels.count) labels; each image needs one")
    }
    for (index, label) in labels.enumerated() where !(0..<output[1]).contains(Int(label)) {
      throw VerificationError.unsuitableInput(
        reason: "label \(index) is \(label); the network has the classes 0 to \(output[1] - 1)")
    }
    for (name, shape) in Self.parameterShapes(layers) {
      guard let found = parameters[name]?.shape else {
        throw VerificationError.missingTensor(
          name: name, reason: "there are no values of the parameter \(name)")
      }
      guard found == shape else {
        throw VerificationError.wrongShape(
          name: name, expected: shape, given: found,
          reason: "the parameter \(name) has the shape \(found); the network's has \(shape)")
      }
    }
    var completeState: [String: Tensor<Double>] = [:]
    for (name, specification) in Self.states(layers) {
      let values = state[name] ?? Tensor(shape: specification.shape, repeating: specification.initialValue)
      guard values.shape == specification.shape else {
        throw VerificationError.wrongShape(
          name: name, expected: specification.shape, given: values.shape,
          reason: "\(name) has the shape \(values.shape); the network's has \(specification.shape)")
      }
      completeState[name] = values
    }
    self.model = model
    self.images = images
    self.labels = labels
    self.parameters = parameters
    self.state = completeState
    self.context = context
  }

  /// The shape of one image, C×H×W.
  public var image: Shape { images.shape.perImage }

  /// The parameters' names and shapes, in the model's order.
  public var parameterShapes: [(name: String, shape: Shape)] { Self.parameterShapes(layers) }

  /// The names that a trace may have for what is compared, in the order in which it is computed.
  public var tracedNames: [String] {
    let activations = zip(layers, TensorName.containers(of: layers)).flatMap { layer, containers in
      ([layer.name] + containers).map(TensorName.activation)
    }
    return activations + [TensorName.logits, TensorName.loss]
      + Self.states(layers).map { TensorName.state($0.name) }
      + parameterShapes.map { TensorName.gradient($0.name) }
  }

  private static func states(
    _ layers: [ResolvedLayer]
  ) -> [(name: String, specification: StateSpecification)] {
    layers.flatMap { layer in layer.operation.state.map { ($0.name(ofLayer: layer.name), $0) } }
  }

  private static func parameterShapes(_ layers: [ResolvedLayer]) -> [(name: String, shape: Shape)] {
    layers.flatMap { layer in layer.operation.parameters.map { (layer.parameterName($0), $0.shape) } }
  }

  /// A network with the experiment's parameters.
  ///
  /// - Parameters:
  ///   - backend: The backend to compute on.
  ///   - precision: The precision to compute in.
  ///   - plan: The plan to run.
  ///   - optimizerSlots: What the optimizer keeps of each parameter.
  ///   - convolutions: How the algorithms of convolutions are chosen.
  /// - Returns: The network.
  /// - Throws: The errors of `Network`.
  func network(
    on backend: any Backend, precision: Precision, plan: NetworkPlan, optimizerSlots: [String] = [],
    convolutions: ConvolutionChoice = .automatic
  ) throws -> Network {
    let options = NetworkOptions(
      batchSizes: [labels.count], precision: precision, isTraining: plan != .prediction,
      optimizerSlots: optimizerSlots, microBatch: plan == .separate ? labels.count : nil,
      convolutions: convolutions, keepsActivations: plan == .separate)
    let network = try Network(model, image: image, backend: backend, options: options)
    try network.setDoubleParameters(parameter)
    try network.setState(values(ofState:))
    return network
  }

  /// The same model with another batch, other parameters and another state, at a step of a training.
  func at(
    step: Int, images: Tensor<Double>, labels: [Int32], parameters: [String: Tensor<Double>],
    state: [String: Tensor<Double>]
  ) throws -> Experiment {
    var context = context
    context.step = step
    return try Experiment(
      model, images: images, labels: labels, parameters: parameters, state: state, context: context)
  }

  /// The experiment as a plan in some precision takes it: images and parameters are float32 where it is not
  /// float64, and nothing is dropped in prediction.
  func taken(in precision: Precision, by plan: NetworkPlan? = nil) throws -> Experiment {
    let context = plan == .prediction ? RunContext() : context
    guard precision != .float64 else {
      return try Experiment(
        model, images: images, labels: labels, parameters: parameters, state: state, context: context)
    }
    return try Experiment(
      model, images: images.rounded(to: .float32), labels: labels,
      parameters: parameters.mapValues { $0.rounded(to: .float32) },
      state: state.mapValues { $0.rounded(to: .float32) }, context: context)
  }

  /// The values of a state.
  func values(ofState name: String) throws -> Tensor<Double> {
    guard let values = state[name] else {
      throw VerificationError.missingTensor(name: name, reason: "there are no values of the state \(name)")
    }
    return values
  }

  /// The values of a parameter.
  func parameter(_ name: String) throws -> Tensor<Double> {
    guard let values = parameters[name] else {
      throw VerificationError.missingTensor(
        name: name, reason: "there are no values of the parameter \(name)")
    }
    return values
  }
}
