import Backends
import Layers
import Networks
import Operations
import Tensors

/// A computation to compare: one batch, forward and backward, with everything that determines it.
public struct Experiment: Sendable {
  /// The model.
  public let model: Sequential
  /// The model's layers for this batch, in order.
  public let layers: [ResolvedLayer]
  /// The images, N×C×H×W.
  public let images: Tensor<Double>
  /// The class of each image.
  public let labels: [Int32]
  /// The values of all parameters, by name.
  public let parameters: [String: Tensor<Double>]
  /// The layers' state before the pass, such as running statistics, by name.
  public let state: [String: Tensor<Double>]
  /// Training or prediction mode, and the seed of dropout's masks.
  public let context: RunContext

  /// Creates an experiment, checking that everything matches.
  ///
  /// - Parameters:
  ///   - model: The model, which must end in one number per class.
  ///   - images: The images, N×C×H×W.
  ///   - labels: The class of each image.
  ///   - parameters: The values of all parameters, by name.
  ///   - state: The layers' state; missing values are those of a new network.
  ///   - context: Training or prediction mode, and the seed of dropout's masks.
  /// - Throws: `LayerError` if the images do not fit the model, ``VerificationError`` if anything else does not.
  public init(
    _ model: Sequential, images: Tensor<Double>, labels: [Int32], parameters: [String: Tensor<Double>],
    state: [String: Tensor<Double>] = [:], context: RunContext = RunContext()
  ) throws {
    guard images.shape.rank == 4, images.shape.extents.allSatisfy({ $0 > 0 }) else {
      throw VerificationError.unsuitableInput(
        reason: "the images have the shape \(images.shape); expected N×C×H×W")
    }
    layers = try model.resolved(for: images.shape)
    guard let output = layers.last?.operation.outputShape, output.rank == 2 else {
      throw VerificationError.unsuitableModel(
        reason: "the model does not end in one number per class, as after a Flatten")
    }
    guard labels.count == images.shape[0] else {
      throw VerificationError.unsuitableInput(
        reason:
          "\(counted(images.shape[0], "image")) and \(counted(labels.count, "label")) were given; each image needs a label"
      )
    }
    for (index, label) in labels.enumerated() where !(0..<output[1]).contains(Int(label)) {
      throw VerificationError.unsuitableInput(
        reason: "image \(index) has the label \(label); \(labelRange(classes: output[1]))")
    }
    for (name, shape) in Self.parameterShapes(layers) {
      guard let found = parameters[name]?.shape else {
        throw VerificationError.missingTensor(
          name: name, reason: "the values of the parameter \(name) are missing")
      }
      guard found == shape else {
        throw VerificationError.wrongShape(
          name: name, expected: shape, given: found,
          reason: "the parameter \(name) has the shape \(found); expected \(shape)")
      }
    }
    var completeState: [String: Tensor<Double>] = [:]
    for (name, specification) in Self.states(layers) {
      let values = state[name] ?? Tensor(shape: specification.shape, repeating: specification.initialValue)
      guard values.shape == specification.shape else {
        throw VerificationError.wrongShape(
          name: name, expected: specification.shape, given: values.shape,
          reason: "\(name) has the shape \(values.shape); expected \(specification.shape)")
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

  /// The names in a trace of the tensors that are compared, in the order in which they are computed.
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
  ///   - optimizerSlots: The optimizer's slots for each parameter.
  ///   - convolutions: The choice of convolution algorithms.
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
    try network.setParameters(parameter)
    try network.setState(values(ofState:))
    return network
  }

  /// The same model with a different batch, parameters and state, at a training step.
  func at(
    step: Int, images: Tensor<Double>, labels: [Int32], parameters: [String: Tensor<Double>],
    state: [String: Tensor<Double>]
  ) throws -> Experiment {
    var context = context
    context.step = step
    return try Experiment(
      model, images: images, labels: labels, parameters: parameters, state: state, context: context)
  }

  /// The experiment for a plan and a precision: images and parameters are rounded to float32 unless it is float64, and
  /// there is no dropout in prediction.
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
      throw VerificationError.missingTensor(name: name, reason: "the values of the state \(name) are missing")
    }
    return values
  }

  /// The values of a parameter.
  func parameter(_ name: String) throws -> Tensor<Double> {
    guard let values = parameters[name] else {
      throw VerificationError.missingTensor(
        name: name, reason: "the values of the parameter \(name) are missing")
    }
    return values
  }
}
