import Backends
import Networks
import Tensors

/// Some training steps on one backend, each judged separately.
///
/// Two correct training runs drift apart: a rounding in one step changes the gradient of the next, and the distance
/// grows exponentially. So runs are never compared with each other. The steps run on one network as in any training
/// run, in the training plan, with the packed weights that its updates write. Before each step its parameters, running
/// statistics and optimizer slots are read; from exactly these, the ``Referee`` judges the step's activations, loss and
/// gradients, and the `UpdateReferee`, also from the backend's own gradients, the slots and the parameters after it. A
/// packed weight that was not updated shows as an activation or a gradient that does not match the weights.
public struct JudgedTraining: Sendable {
  /// One step.
  public struct Step: Sendable {
    /// The loss of the step's batch, before the update.
    public let loss: Double
    /// The judgment of the step; the last one has no update.
    public let judgment: Judgment
  }

  /// The backend's name.
  public let name: String
  /// The precision it trained in.
  public let precision: Precision
  /// The steps, and a final one that computes gradients but makes no update.
  public let steps: [Step]

  /// Runs the training steps.
  ///
  /// - Parameters:
  ///   - experiment: The model, its initial parameters and dropout.
  ///   - backend: The backend to train on.
  ///   - precision: The precision to train in.
  ///   - updates: The number of updates.
  ///   - rule: The rule of the updates.
  ///   - convolutions: The choice of convolution algorithms.
  ///   - threads: The referee's threads.
  ///   - batch: Returns the images and labels of a step, from 0; it is called one time more than there are updates.
  ///   - willJudge: Called before each step with its number.
  /// - Throws: The errors of `Network`, and of `batch`.
  public init(
    _ experiment: Experiment, on backend: any Backend, precision: Precision, updates: Int,
    rule: UpdateRule, convolutions: ConvolutionChoice = .automatic, threads: ThreadPool,
    batch: (_ step: Int) throws -> (images: Tensor<Double>, labels: [Int32]),
    willJudge: (_ step: Int) -> Void = { _ in }
  ) throws {
    let network = try experiment.network(
      on: backend, precision: precision, plan: .training, optimizerSlots: rule.slots,
      convolutions: convolutions)
    var states = try network.parameterStates()
    // The first pass begins with the experiment's state, rounded to float32.
    var kept = network.namedState()
    var steps: [Step] = []
    for step in 0...updates {
      willJudge(step)
      let (images, labels) = try batch(step)
      let present = try experiment.at(
        step: step, images: images, labels: labels, parameters: states.mapValues(\.values), state: kept)
      let recording = try NetworkRecording(present, running: network, plan: .training)
      kept = network.namedState()
      var judgment = try Referee(present, threads: threads).judge([recording])[0]
      if step < updates {
        try network.update(rule, step: step)
        let updated = try network.parameterStates()
        judgment.update = try UpdateReferee(rule, number: step + 1, precision: precision).judge(
          recording, of: present, from: states, to: updated)
        states = updated
      }
      steps.append(Step(loss: try recording.tensor(TensorName.loss).elements[0], judgment: judgment))
    }
    name = backend.name
    self.precision = precision
    self.steps = steps
  }

  /// The first step with a mismatch, and the mismatch; nil if there is none.
  public var firstMismatch: (step: Int, finding: Finding)? {
    steps.enumerated().lazy.compactMap { step, judged in
      judged.judgment.firstMismatch.map { (step, $0) }
    }.first
  }

  /// Whether every step is within rounding error.
  public var passes: Bool { firstMismatch == nil }
}

extension Network {
  /// The layers' state, read back from the backend.
  fileprivate func namedState() -> [String: Tensor<Double>] {
    Dictionary(uniqueKeysWithValues: state().map { ($0.name, $0.tensor) })
  }

  /// All parameters and the optimizer's slots, read back from the backend.
  fileprivate func parameterStates() throws -> [String: ParameterState] {
    var states: [String: ParameterState] = [:]
    for (name, _) in parameterShapes {
      states[name] = ParameterState(
        values: try parameter(name, as: Double.self),
        kept: try options.optimizerSlots.map { try optimizerState($0, of: name, as: Double.self) })
    }
    return states
  }
}

extension UpdateReferee {
  /// Judges the step of all parameters, in the model's order.
  fileprivate func judge(
    _ recording: NetworkRecording, of experiment: Experiment, from before: [String: ParameterState],
    to after: [String: ParameterState]
  ) throws -> [Finding] {
    var findings: [Finding] = []
    for layer in experiment.layers {
      for specification in layer.operation.parameters {
        let name = layer.parameterName(specification)
        guard let before = before[name], let after = after[name] else { continue }
        findings += judge(
          name, of: layer.name, isDecayed: specification.isDecayed, from: before,
          gradient: try recording.tensor(TensorName.gradient(name)), to: after)
      }
    }
    return findings
  }
}
