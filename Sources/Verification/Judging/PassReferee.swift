import Backends
import Operations
import Tensors

/// Judges the passes of one recording, layer by layer.
struct PassReferee {
  private let experiment: Experiment
  private let recording: any Recording
  private let exactWinners: ExactWinners?
  private let threads: ThreadPool
  private let activations: RecordedActivations
  /// The precision of the rounded computation: float32 stands for float64.
  private let measured: Precision
  /// Each layer's input, if the recording lacks it; the first layer's is the images.
  private var computedInputs: [Int: RoundedPair] = [:]
  private var logits: RoundedPair
  /// The layers since the last one whose output was recorded.
  private var unrecorded: [String] = []
  /// The output gradient of the layer whose backward pass is next; nil before the last layer's.
  private var gradient: RoundedPair?
  private let firstLearning: Int
  private let hasGradients: Bool
  private(set) var judgment: Judgment

  init(_ experiment: Experiment, _ recording: any Recording, exact: ExactWinners?, threads: ThreadPool) throws
  {
    self.experiment = experiment
    self.recording = recording
    exactWinners = exact
    self.threads = threads
    activations = RecordedActivations(recording, experiment.layers)
    measured = recording.precision == .float64 ? .float32 : recording.precision
    logits = RoundedPair(experiment.images)
    firstLearning =
      experiment.layers.firstIndex { !$0.operation.parameters.isEmpty } ?? experiment.layers.count
    hasGradients = experiment.parameterShapes.contains {
      recording.shape(of: TensorName.gradient($0.name)) != nil
    }
    judgment = Judgment(recording)
    judgment.layersByWinograd = experiment.layers.map(\.name).filter {
      recording.algorithm(ofLayer: $0) == .winograd
    }
  }

  // MARK: Forward

  mutating func judgeForward(_ index: Int, _ results: SharedResults) throws {
    let input = try input(of: index)
    countWinners(index, input)
    let factors = try [input.exact] + weights(of: index)
    let passedOn = enlargesNothing(index) ? input.rounding : 0
    var output = RoundedPair(
      exact: try results.forward(layer(index, .float64), input.exact),
      rounded: try results.forward(layer(index, measured), input.rounded),
      acceptsNaN: input.acceptsNaN || spreadsNaN(index, factors),
      leastRounding: passedOn.isFinite ? passedOn : 0)
    addError(to: &output, index, productsOf: factors)
    unrecorded.append(experiment.layers[index].name)
    let names = activations.names(ofOutput: index)
    for name in names { try judge(name, of: unrecorded, output, keeping: \.forward) }
    let isRecorded = names.contains(where: activations.has)
    if isRecorded { unrecorded = [] }
    if index + 1 == experiment.layers.count {
      logits =
        try names.last(where: activations.has).map { RoundedPair(try recording.tensor($0)) } ?? output
    } else if !isRecorded {
      computedInputs[index + 1] = output
    }
    try judgeState(index, input)
    if activations.outputWithSigns(index) != nil { computedInputs[index] = nil }
  }

  /// Judges a layer's state.
  private mutating func judgeState(_ index: Int, _ input: RoundedPair) throws {
    let layer = experiment.layers[index]
    let names = layer.operation.state.map { TensorName.state($0.name(ofLayer: layer.name)) }
    guard names.contains(where: activations.has) else { return }
    let exact = try self.layer(index, .float64).state(after: input.exact)
    let rounded = try self.layer(index, measured).state(after: input.rounded)
    for (slot, name) in names.enumerated() {
      let pair = RoundedPair(exact: exact[slot], rounded: rounded[slot], acceptsNaN: input.acceptsNaN)
      try judge(name, of: [layer.name], pair, keeping: \.state)
    }
  }

  mutating func judgeLoss() throws {
    let losses = [Precision.float64, .float32].map { precision in
      let logits = precision == .float64 ? logits.exact : logits.rounded
      return Tensor(
        shape: [], elements: [CrossEntropy(logits, labels: experiment.labels, precision: precision).loss])
    }
    let loss = RoundedPair(exact: losses[0], rounded: losses[1], acceptsNaN: logits.acceptsNaN)
    try judge(TensorName.loss, of: [], loss, keeping: \.forward)
  }

  private func input(of index: Int) throws -> RoundedPair {
    guard index > 0 else { return RoundedPair(experiment.images) }
    return try computedInputs[index] ?? RoundedPair(recording.tensor(activations.input(of: index)))
  }

  private func layer(_ index: Int, _ precision: Precision) throws -> ReferenceLayer {
    try ReferenceLayer(index, of: experiment, precision: precision, threads: threads)
  }

  private func weights(of index: Int) throws -> [Tensor<Double>] {
    let layer = experiment.layers[index]
    return try layer.operation.parameters.filter { $0.role == .weight }
      .map { try experiment.parameter(layer.parameterName($0)) }
  }

  /// Whether a layer may give more NaN than the equations.
  ///
  /// Some libraries skip a convolution's padding, others multiply by zeros, and 0 times NaN or an infinity is NaN.
  private func spreadsNaN(_ index: Int, _ factors: [Tensor<Double>]) -> Bool {
    guard case .convolution = experiment.layers[index].operation else { return false }
    return factors.contains { !$0.elements.allSatisfy(\.isFinite) }
  }

  /// Whether a layer does not increase the distance between two inputs.
  private func enlargesNothing(_ index: Int) -> Bool {
    switch experiment.layers[index].operation {
    case .relu, .maxPooling: true
    default: false
    }
  }

  private mutating func countWinners(_ index: Int, _ input: RoundedPair) {
    // An intermediate tensor without rounding is equal to the recording's.
    guard case .maxPooling(let geometry) = experiment.layers[index].operation,
      let expected = exactWinners?.indices[index], input.exact == input.rounded
    else { return }
    let winners = PoolingWinners.indices(in: input.exact, geometry)
    judgment.windows.append(
      PoolingWinners.Count(
        layer: experiment.layers[index].name, differing: zip(winners, expected).count { $0 != $1 },
        windows: winners.count))
  }

  // MARK: Backward

  mutating func judgeBackward(_ index: Int, _ results: SharedResults) throws {
    guard hasGradients, index >= firstLearning else { return }
    let input =
      try activations.outputWithSigns(index).map { RoundedPair(try recording.tensor($0)) } ?? input(of: index)
    let gradient = gradient ?? lossGradient
    let isFirst = index == firstLearning
    let exact = try results.backward(
      layer(index, .float64), input.exact, outputGradient: gradient.exact, isFirst: isFirst)
    let rounded = try results.backward(
      layer(index, measured), input.rounded, outputGradient: gradient.rounded, isFirst: isFirst)
    try judgeParameterGradients(index, exact.parameters, rounded.parameters, input, gradient)
    guard let exactInput = exact.input, let roundedInput = rounded.input else { return }
    let factors = try [gradient.exact] + weights(of: index)
    var inputGradient = RoundedPair(
      exact: exactInput, rounded: roundedInput,
      acceptsNaN: input.acceptsNaN || gradient.acceptsNaN || spreadsNaN(index, factors))
    addError(to: &inputGradient, index, productsOf: factors)
    self.gradient = inputGradient
  }

  private mutating func judgeParameterGradients(
    _ index: Int, _ exact: [Tensor<Double>], _ rounded: [Tensor<Double>], _ input: RoundedPair,
    _ gradient: RoundedPair
  ) throws {
    let layer = experiment.layers[index]
    guard !layer.operation.parameters.isEmpty else { return }
    let least = leastRounding(of: gradient, after: index)
    let factors = [input.exact, gradient.exact]
    for (slot, parameter) in layer.operation.parameters.enumerated() {
      var pair = RoundedPair(
        exact: exact[slot], rounded: rounded[slot], acceptsNaN: input.acceptsNaN || gradient.acceptsNaN,
        leastRounding: least.bias)
      // The gradient of a bias is the sum of the output gradient, without products.
      if parameter.role == .weight {
        pair.acceptsNaN = pair.acceptsNaN || spreadsNaN(index, factors)
        pair.leastRounding = least.weight * input.exact.largestMagnitude
        addError(to: &pair, index, productsOf: factors)
      }
      let name = TensorName.gradient(layer.parameterName(parameter))
      try judge(name, of: [layer.name], pair, keeping: \.backward)
    }
  }

  /// Adds the errors of the algorithm that computed a convolution.
  private func addError(to pair: inout RoundedPair, _ index: Int, productsOf factors: [Tensor<Double>]) {
    let layer = experiment.layers[index]
    guard case .convolution(let geometry, _) = layer.operation,
      let relative = recording.algorithm(ofLayer: layer.name)?.relativeError
    else { return }
    let terms = geometry.multiplyAccumulates / pair.exact.elements.count
    pair.addError(relative, ofSumsOf: terms, productsOf: factors[0], factors[1])
  }

  /// A lower bound of the expected rounding error of a layer's parameter gradients, for inputs of at most 1, from its
  /// output gradient.
  private func leastRounding(of gradient: RoundedPair, after index: Int) -> (weight: Double, bias: Double) {
    let unitRoundoff = Precision.float32.unitRoundoff
    let sums = ChannelSums(gradient.exact)
    let isOfStatistics =
      experiment.context.isTraining && index + 1 < experiment.layers.count
      && experiment.layers[index + 1].operation.mixesImages
    let inherited = max(
      gradient.relativeNoise(atLeast: unitRoundoff) * sums.norm,
      isOfStatistics ? unitRoundoff * sums.magnitudes : 0)
    return (weight: inherited, bias: max(inherited, unitRoundoff * sums.partialSums))
  }

  private var lossGradient: RoundedPair {
    RoundedPair(
      exact: CrossEntropy(logits.exact, labels: experiment.labels, precision: .float64).gradient,
      rounded: CrossEntropy(logits.rounded, labels: experiment.labels, precision: .float32).gradient,
      acceptsNaN: logits.acceptsNaN)
  }

  // MARK: Judging

  private mutating func judge(
    _ name: String, of layers: [String], _ computed: RoundedPair,
    keeping findings: WritableKeyPath<Judgment, [Finding]>
  ) throws {
    guard let shape = recording.shape(of: name) else { return }
    guard shape == computed.exact.shape || shape.elementCount == 1 && computed.exact.shape.rank == 0 else {
      throw VerificationError.wrongShape(
        name: name, expected: computed.exact.shape, given: shape,
        reason: "\(name) of \(recording.name) has the shape \(shape); expected \(computed.exact.shape)")
    }
    let actual = try recording.tensor(name)
    let found = computed.rounding
    let overflows = found == .infinity
    let difference = Difference(
      actual, from: computed.exact, acceptsNaN: computed.acceptsNaN, acceptsOverflow: overflows)
    let precision = recording.precision
    let rounding = overflows ? 0 : found * precision.unitRoundoff / measured.unitRoundoff
    // The loss has the logarithm of a sum that may be just above 1, with a rounding of the unit roundoff.
    let scale = name == TensorName.loss ? difference.largest + 1 : difference.largest
    let smallest = storedPrecision(of: name).unitRoundoff * scale
    judgment[keyPath: findings].append(
      Finding(
        name: name, layers: layers, shape: shape, difference: difference,
        expectedRounding: max(rounding, smallest, Double.leastNormalMagnitude)))
  }

  /// Losses, parameter gradients and state are float32 if activations are bfloat16.
  private func storedPrecision(of name: String) -> Precision {
    let isFloat32 =
      name == TensorName.loss
      || [TensorName.gradient(""), TensorName.state("")].contains(where: name.hasPrefix)
    return recording.precision == .bfloat16 && isFloat32 ? .float32 : recording.precision
  }
}
