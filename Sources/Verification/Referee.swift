import Backends
import Layers
import Operations
import Tensors

/// Says of what somebody has computed whether rounding explains how it differs from exact arithmetic.
///
/// Two computations of one network cannot be held against each other tensor by tensor with a tight bound: errors
/// grow from layer to layer, and where a rounding makes another element of a pooling's window the largest, or
/// moves a number over ReLU's 0, all gradients before it differ by far more than roundings, and rightly so. So
/// each layer is judged by itself. The reference computes it in float64 **from the recording's own activations**:
/// what the recording took, and not what the reference would have got there. The backward pass likewise goes over
/// the recording's activations, and with them over its winners and signs.
///
/// How large an error may be is measured, not guessed. Beside float64, the reference computes the same from the
/// same activations in the recording's precision, in the plain order of the equations. The largest difference of
/// the two over a tensor, but at least the unit roundoff times the tensor's largest magnitude, is that tensor's
/// **expected rounding**; an error passes up to ``Finding/bound`` of these units. It follows the length of the
/// sums, cancellation in them and what has been passed on, for any network. For bfloat16 the rounded reference
/// sums in float32 and rounds weights, activations and the gradients of activations. In float64, whose roundings
/// nothing here could measure, it is that of float32 times 2⁻²⁹, the ratio of their unit roundoffs.
///
/// What a recording lacks is computed and passed on, in both precisions: a trace of the top-level layers is
/// judged from one of them to the next.
///
/// Where a convolution takes NaN or infinities, more of what it gives may be NaN than the equations say, for a
/// library may multiply them by the zeros that it pads with. That NaN passes, there and in what is computed from
/// it; a number where NaN or an infinity should be does not.
public struct Referee {
  private let experiment: Experiment
  private let threads: ThreadPool

  /// Makes a referee.
  ///
  /// - Parameters:
  ///   - experiment: What was computed.
  ///   - threads: The threads to compute with.
  public init(_ experiment: Experiment, threads: ThreadPool) {
    self.experiment = experiment
    self.threads = threads
  }

  /// Judges a recording.
  ///
  /// - Parameters:
  ///   - recording: What somebody has computed for the experiment.
  ///   - exact: What float64 gives without being led by a recording; to count other winners of windows.
  /// - Returns: What was found of each of its tensors.
  /// - Throws: ``VerificationError`` if a tensor has another shape than the network's; what reading throws.
  public func judge(_ recording: any Recording, against exact: ExactWinners?) throws -> Judgement {
    var course = try Course(
      experiment.taken(in: recording.precision), recording, exact: exact, threads: threads)
    try course.runForward()
    try course.runBackward()
    return course.judgement
  }
}

/// A tensor in float64 and as a precision rounds it.
struct RoundedPair {
  var exact: Tensor<Double>
  var rounded: Tensor<Double>
  /// Whether others may rightly have NaN where this has not.
  var acceptsNaN = false

  /// A tensor that is known.
  init(_ tensor: Tensor<Double>) {
    exact = tensor
    rounded = tensor
  }

  init(exact: Tensor<Double>, rounded: Tensor<Double>, acceptsNaN: Bool) {
    self.exact = exact
    self.rounded = rounded
    self.acceptsNaN = acceptsNaN
  }
}

/// The judging of one recording, layer by layer.
private struct Course {
  private let experiment: Experiment
  private let recording: any Recording
  private let exactWinners: ExactWinners?
  private let threads: ThreadPool
  private let containers: [[String]]
  /// The precision of the rounded computation: float32 stands for float64.
  private let measured: Precision
  /// What each layer takes, where the recording does not have it; the first takes the images.
  private var computedInputs: [Int: RoundedPair] = [:]
  private var logits: RoundedPair
  private(set) var judgement: Judgement

  init(_ experiment: Experiment, _ recording: any Recording, exact: ExactWinners?, threads: ThreadPool) throws
  {
    self.experiment = experiment
    self.recording = recording
    exactWinners = exact
    self.threads = threads
    containers = TensorName.containers(of: experiment.layers)
    measured = recording.precision == .float64 ? .float32 : recording.precision
    logits = RoundedPair(experiment.images)
    judgement = Judgement(name: recording.name, precision: recording.precision)
  }

  // MARK: Forward

  mutating func runForward() throws {
    for index in experiment.layers.indices {
      let input = try input(of: index)
      try countWinners(index, input)
      let output = RoundedPair(
        exact: try layer(index, .float64).forward(input.exact),
        rounded: try layer(index, measured).forward(input.rounded),
        acceptsNaN: try input.acceptsNaN || spreadsNaN(index, [input.exact] + weights(of: index)))
      let names = outputNames(index)
      for name in names { try judge(name, output, keeping: \.forward) }
      if index + 1 == experiment.layers.count {
        logits =
          try names.reversed().lazy.filter(has).first.map { RoundedPair(try recording.tensor($0)) } ?? output
      } else if !names.contains(where: has) {
        computedInputs[index + 1] = output
      }
    }
    let losses = [Precision.float64, .float32].map { precision in
      let logits = precision == .float64 ? logits.exact : logits.rounded
      return Tensor(
        shape: [], elements: [CrossEntropy(logits, labels: experiment.labels, precision: precision).loss])
    }
    let loss = RoundedPair(exact: losses[0], rounded: losses[1], acceptsNaN: logits.acceptsNaN)
    try judge(TensorName.loss, loss, keeping: \.forward)
  }

  /// What the recording may call a layer's output: the layer's, its containers', the logits.
  private func outputNames(_ index: Int) -> [String] {
    let names = ([experiment.layers[index].name] + containers[index]).map(TensorName.activation)
    return index + 1 == experiment.layers.count ? names + [TensorName.logits] : names
  }

  private func has(_ name: String) -> Bool { recording.shape(of: name) != nil }

  private func input(of index: Int) throws -> RoundedPair {
    guard index > 0 else { return RoundedPair(experiment.images) }
    if let computed = computedInputs[index] { return computed }
    guard let name = outputNames(index - 1).first(where: has) else {
      throw VerificationError("the input of \(experiment.layers[index].name) is not known")
    }
    return RoundedPair(try recording.tensor(name))
  }

  private func layer(_ index: Int, _ precision: Precision) throws -> ReferenceLayer {
    try ReferenceLayer(index, of: experiment, precision: precision, threads: threads)
  }

  private func weights(of index: Int) throws -> [Tensor<Double>] {
    let layer = experiment.layers[index]
    return try layer.operation.parameters.filter { $0.role == .weight }
      .map { try experiment.parameter(layer.parameterName($0)) }
  }

  /// Whether a layer may give more NaN than the equations do: a convolution's padding is skipped by some and
  /// multiplied as zeros by others, and 0 times NaN or an infinity is NaN.
  private func spreadsNaN(_ index: Int, _ factors: [Tensor<Double>]) -> Bool {
    guard case .convolution = experiment.layers[index].operation else { return false }
    return factors.contains { !$0.elements.allSatisfy(\.isFinite) }
  }

  private mutating func countWinners(_ index: Int, _ input: RoundedPair) throws {
    guard case .maxPooling(let geometry) = experiment.layers[index].operation, computedInputs[index] == nil,
      let expected = exactWinners?.places[index]
    else { return }
    let places = PoolingWinners.places(in: input.exact, geometry)
    judgement.windows.append(
      PoolingWinners.Count(
        layer: experiment.layers[index].name, differing: zip(places, expected).count { $0 != $1 },
        windows: places.count))
  }

  // MARK: Backward

  mutating func runBackward() throws {
    let names = experiment.parameterShapes.map { TensorName.gradient($0.name) }
    guard names.contains(where: has) else { return }
    let firstLearning = experiment.layers.firstIndex { !$0.operation.parameters.isEmpty } ?? 0
    var gradient = RoundedPair(
      exact: CrossEntropy(logits.exact, labels: experiment.labels, precision: .float64).gradient,
      rounded: CrossEntropy(logits.rounded, labels: experiment.labels, precision: .float32).gradient,
      acceptsNaN: logits.acceptsNaN)
    for index in experiment.layers.indices.reversed() where index >= firstLearning {
      let input = try input(of: index)
      let exact = try layer(index, .float64).backward(input.exact, outputGradient: gradient.exact)
      let rounded = try layer(index, measured).backward(input.rounded, outputGradient: gradient.rounded)
      let layer = experiment.layers[index]
      for (place, parameter) in layer.operation.parameters.enumerated() {
        // The gradient of a bias only sums that of the output.
        let isSpread = parameter.role == .weight && spreadsNaN(index, [input.exact, gradient.exact])
        let pair = RoundedPair(
          exact: exact.parameters[place], rounded: rounded.parameters[place],
          acceptsNaN: input.acceptsNaN || gradient.acceptsNaN || isSpread)
        try judge(TensorName.gradient(layer.parameterName(parameter)), pair, keeping: \.backward)
      }
      gradient = RoundedPair(
        exact: exact.input, rounded: rounded.input,
        acceptsNaN: try input.acceptsNaN || gradient.acceptsNaN
          || spreadsNaN(index, [gradient.exact] + weights(of: index)))
    }
  }

  // MARK: Judging

  private mutating func judge(
    _ name: String, _ computed: RoundedPair, keeping findings: WritableKeyPath<Judgement, [Finding]>
  ) throws {
    guard let shape = recording.shape(of: name) else { return }
    guard shape == computed.exact.shape || shape.elementCount == 1 && computed.exact.shape.rank == 0 else {
      throw VerificationError(
        "\(recording.name): \(name) has the shape \(shape); the network's is \(computed.exact.shape)")
    }
    let actual = try recording.tensor(name)
    let difference = Difference(actual, from: computed.exact, acceptsNaN: computed.acceptsNaN)
    let precision = recording.precision
    let measuredError = Difference(computed.rounded, from: computed.exact).absolute
    // Not what the rounded activations make infinite.
    let rounding =
      (measuredError.isFinite ? measuredError : 0) * precision.unitRoundoff / measured.unitRoundoff
    // The loss has the logarithm of a sum that may be 1 and a little, whose own rounding is the unit roundoff.
    let scale = name == TensorName.loss ? difference.largest + 1 : difference.largest
    let smallest = storedPrecision(of: name).unitRoundoff * scale
    judgement[keyPath: findings].append(
      Finding(
        name: name, shape: shape, difference: difference,
        expectedRounding: max(rounding, smallest, Double.leastNormalMagnitude)))
  }

  /// Losses and the gradients of parameters are float32 where activations are bfloat16.
  private func storedPrecision(of name: String) -> Precision {
    let isFloat32 = name == TensorName.loss || name.hasPrefix(TensorName.gradient(""))
    return recording.precision == .bfloat16 && isFloat32 ? .float32 : recording.precision
  }
}
