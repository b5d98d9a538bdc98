import Backends
import Layers
import Operations
import Tensors

/// Decides whether the differences of a recording from exact arithmetic are within rounding error.
///
/// Two computations of one network cannot be compared tensor by tensor with a tight bound: errors grow from layer to
/// layer, and if rounding makes a different element of a pooling's window the largest, or moves the input of a ReLU
/// across 0, all gradients before it legitimately differ by far more than rounding errors. So each layer is judged
/// separately. The reference computes it in float64 **from the recording's own activations**: the layer's input in the
/// recording, not in the reference. The backward pass likewise uses the recording's activations, and with them its
/// winners and signs.
///
/// The size of an acceptable error is measured, not guessed. Besides float64, the reference computes the layer from the
/// same activations in the recording's precision, in the plain order of the equations. The largest difference of the
/// two over a tensor, but at least the unit roundoff times the tensor's largest magnitude, is that tensor's **expected
/// rounding**; an error of up to ``Finding/bound`` of these units passes. It reflects the length of the sums,
/// cancellation in them and propagated errors, for any network. For bfloat16 the rounded reference sums in float32 and
/// rounds weights, activations and the gradients of activations. For float64, whose rounding errors cannot be measured
/// here, it is that of float32 times 2⁻²⁹, the ratio of their unit roundoffs.
///
/// If a tensor depends on few numbers, as in the last layers of a network with few classes left, the measured error may
/// be small by chance. Two lower bounds do not depend on chance. A ReLU or a max pooling does not increase an error, so
/// a tensor judged together with the layer before it has at least that layer's expected rounding. And a parameter's
/// gradient is a sum of products ∂y·x, a bias's a sum of ∂y alone, which is small if its terms cancel. If the ∂y have
/// the relative error ρ, in the mean over all of them and at least the unit roundoff u, a gradient has at least ρ ·
/// ‖∂y‖ · max |x|. ‖∂y‖ is the Euclidean norm of a channel's elements, or of its sums over each image if that is
/// larger, since all elements of an image may have a common error; the channel is the one with the largest norm. For a
/// bias it is also at least u times the Euclidean norm of all partial sums, since a library may add its terms one by
/// one, and the plain loops add them image by image. Right before a batch normalization that uses the batch's
/// statistics it is at least u · Σ |∂y| · max |x|: all elements of a channel have the errors of its means.
///
/// If a recording says that a convolution was computed by a less accurate algorithm, such as Winograd's, the rounded
/// computation gets errors of that size too, with random signs, so that the expected rounding of the layers after it
/// follows (`RoundedPair.addError`).
///
/// A layer's state is judged like an activation, from the layer's input.
///
/// Tensors that a recording lacks are computed and passed on, in both precisions: a trace of the top-level layers is
/// judged from one of them to the next, and a convolution with a fused ReLU from its input to the ReLU's output. The
/// backward pass of such a ReLU uses the signs of its output.
///
/// If a convolution's input has NaN or infinities, more of its output may be NaN than the equations say, since a
/// library may multiply them by the zeros of padding. That NaN passes, there and in everything computed from it; a
/// number instead of NaN or an infinity does not. If the rounded computation overflows, as when training diverges, the
/// recording may overflow as well.
public struct Referee {
  private let experiment: Experiment
  private let threads: ThreadPool

  /// Creates a referee.
  ///
  /// - Parameters:
  ///   - experiment: The experiment that was computed.
  ///   - threads: The threads to compute with.
  public init(_ experiment: Experiment, threads: ThreadPool) {
    self.experiment = experiment
    self.threads = threads
  }

  /// Judges recordings; if several have the same input to a layer, the reference computes once for all.
  ///
  /// - Parameters:
  ///   - recordings: Recordings of the experiment, of one or several computations.
  ///   - exact: The winners in float64 without a recording's activations, to count different winners.
  /// - Returns: The judgment of each recording.
  /// - Throws: ``VerificationError`` if a tensor's shape differs from the network's; the errors of reading.
  /// - Precondition: All recordings have the same precision.
  public func judge(
    _ recordings: [any Recording], against exact: ExactWinners? = nil
  ) throws -> [Judgment] {
    precondition(Set(recordings.map(\.precision)).count <= 1, "recordings in several precisions")
    var courses = try recordings.map { recording in
      try Course(
        experiment.taken(in: recording.precision, by: recording.plan), recording,
        exact: recording.plan == .prediction && experiment.context.isTraining ? nil : exact, threads: threads)
    }
    for index in experiment.layers.indices {
      let results = SharedResults()
      for course in courses.indices { try courses[course].runForward(index, results) }
    }
    for course in courses.indices { try courses[course].judgeLoss() }
    for index in experiment.layers.indices.reversed() {
      let results = SharedResults()
      for course in courses.indices { try courses[course].runBackward(index, results) }
    }
    return courses.map(\.judgment)
  }
}

/// A tensor in float64 and in a rounded computation.
struct RoundedPair {
  var exact: Tensor<Double>
  var rounded: Tensor<Double>
  /// Whether NaN is acceptable where these numbers are not NaN.
  var acceptsNaN = false
  /// A lower bound of the expected rounding error, independent of the pair.
  var leastRounding = 0.0

  /// A known tensor, the same in both.
  init(_ tensor: Tensor<Double>) {
    exact = tensor
    rounded = tensor
  }

  init(exact: Tensor<Double>, rounded: Tensor<Double>, acceptsNaN: Bool, leastRounding: Double = 0) {
    self.exact = exact
    self.rounded = rounded
    self.acceptsNaN = acceptsNaN
    self.leastRounding = leastRounding
  }

  /// Adds an algorithm's errors to the rounded numbers, with random signs and the size of its maximum error divided by
  /// the number of units that passes.
  ///
  /// An algorithm's error is relative to the RMS of the tensor's elements that have terms. If there are few, which may
  /// all be small by chance, it is the RMS of sums of as many products with random signs.
  mutating func addError(
    _ relative: Double, ofSumsOf count: Int, productsOf x: Tensor<Double>, _ y: Tensor<Double>
  ) {
    let ofRandomSigns =
      Double(count).squareRoot() * x.rootMeanSquare { _ in true } * y.rootMeanSquare { _ in true }
    let error = relative / Finding.bound * max(exact.rootMeanSquare { $0 != 0 }, ofRandomSigns)
    guard error.isFinite else { return }
    var generator = PhiloxGenerator(seed: 0, purpose: .testData, index: 0)
    rounded = rounded.map { generator.next() & 1 == 0 ? $0 + error : $0 - error }
  }

  /// The expected rounding error; infinite if the rounded numbers overflow.
  var rounding: Double { max(Difference(rounded, from: exact).absolute, leastRounding) }

  /// The mean relative error over all elements, but at least a minimum.
  func relativeNoise(atLeast least: Double) -> Double {
    let (error, total) = zip(rounded.elements, exact.elements).reduce((0.0, 0.0)) { sums, pair in
      (sums.0 + (pair.0 - pair.1) * (pair.0 - pair.1), sums.1 + pair.1 * pair.1)
    }
    let noise = (error / total).squareRoot()
    return noise.isFinite ? max(noise, least) : least
  }
}

/// Judges one recording, layer by layer.
private struct Course {
  private let experiment: Experiment
  private let recording: any Recording
  private let exactWinners: ExactWinners?
  private let threads: ThreadPool
  private let containers: [[String]]
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
    containers = TensorName.containers(of: experiment.layers)
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

  mutating func runForward(_ index: Int, _ results: SharedResults) throws {
    let input = try input(of: index)
    try countWinners(index, input)
    let passedOn = enlargesNothing(index) ? input.rounding : 0
    var output = RoundedPair(
      exact: try results.forward(layer(index, .float64), input.exact),
      rounded: try results.forward(layer(index, measured), input.rounded),
      acceptsNaN: try input.acceptsNaN || spreadsNaN(index, [input.exact] + weights(of: index)),
      leastRounding: passedOn.isFinite ? passedOn : 0)
    try addError(to: &output, index, productsOf: [input.exact] + weights(of: index))
    let names = outputNames(index)
    unrecorded.append(experiment.layers[index].name)
    for name in names { try judge(name, of: unrecorded, output, keeping: \.forward) }
    let isRecorded = names.contains(where: has)
    if isRecorded { unrecorded = [] }
    if index + 1 == experiment.layers.count {
      logits =
        try names.reversed().lazy.filter(has).first.map { RoundedPair(try recording.tensor($0)) } ?? output
    } else if !isRecorded {
      computedInputs[index + 1] = output
    }
    try judgeState(index, input)
    if outputWithSigns(index) != nil { computedInputs[index] = nil }
  }

  /// Judges a layer's state.
  private mutating func judgeState(_ index: Int, _ input: RoundedPair) throws {
    let layer = experiment.layers[index]
    let names = layer.operation.state.map { TensorName.state($0.name(ofLayer: layer.name)) }
    guard names.contains(where: has) else { return }
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

  /// The names that a recording may have for a layer's output: the layer's, its containers', the logits.
  private func outputNames(_ index: Int) -> [String] {
    let names = ([experiment.layers[index].name] + containers[index]).map(TensorName.activation)
    return index + 1 == experiment.layers.count ? names + [TensorName.logits] : names
  }

  private func has(_ name: String) -> Bool { recording.shape(of: name) != nil }

  private func input(of index: Int) throws -> RoundedPair {
    guard index > 0 else { return RoundedPair(experiment.images) }
    if let computed = computedInputs[index] { return computed }
    guard let name = outputNames(index - 1).first(where: has) else {
      throw VerificationError.missingTensor(
        name: experiment.layers[index - 1].name,
        reason: "the input of \(experiment.layers[index].name) is unknown")
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

  private mutating func countWinners(_ index: Int, _ input: RoundedPair) throws {
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

  mutating func runBackward(_ index: Int, _ results: SharedResults) throws {
    guard hasGradients, index >= firstLearning else { return }
    let input = try outputWithSigns(index).map { RoundedPair(try recording.tensor($0)) } ?? input(of: index)
    let gradient = gradient ?? lossGradient
    let exact = try results.backward(
      layer(index, .float64), input.exact, outputGradient: gradient.exact, isFirst: index == firstLearning)
    let rounded = try results.backward(
      layer(index, measured), input.rounded, outputGradient: gradient.rounded, isFirst: index == firstLearning
    )
    let layer = experiment.layers[index]
    let least =
      layer.operation.parameters.isEmpty ? (weight: 0, bias: 0) : leastRounding(of: gradient, after: index)
    for (slot, parameter) in layer.operation.parameters.enumerated() {
      // The gradient of a bias is the sum of the output gradient.
      let isSpread = parameter.role == .weight && spreadsNaN(index, [input.exact, gradient.exact])
      var pair = RoundedPair(
        exact: exact.parameters[slot], rounded: rounded.parameters[slot],
        acceptsNaN: input.acceptsNaN || gradient.acceptsNaN || isSpread,
        leastRounding: parameter.role == .weight ? least.weight * input.exact.largestMagnitude : least.bias)
      if parameter.role == .weight { addError(to: &pair, index, productsOf: [input.exact, gradient.exact]) }
      let name = TensorName.gradient(layer.parameterName(parameter))
      try judge(name, of: [layer.name], pair, keeping: \.backward)
    }
    guard let exactInput = exact.input, let roundedInput = rounded.input else { return }
    var inputGradient = RoundedPair(
      exact: exactInput, rounded: roundedInput,
      acceptsNaN: try input.acceptsNaN || gradient.acceptsNaN
        || spreadsNaN(index, [gradient.exact] + weights(of: index)))
    try addError(to: &inputGradient, index, productsOf: [gradient.exact] + weights(of: index))
    self.gradient = inputGradient
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

  /// A replacement for the unrecorded input of a ReLU: its output, which has the same signs.
  private func outputWithSigns(_ index: Int) -> String? {
    guard case .relu = experiment.layers[index].operation, index > 0,
      !outputNames(index - 1).contains(where: has)
    else { return nil }
    return outputNames(index).first(where: has)
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
        reason: "\(recording.name): \(name) has the shape \(shape); expected \(computed.exact.shape)")
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

extension Tensor<Double> {
  /// The root mean square of the finite elements that satisfy a condition; 0 if there are none.
  fileprivate func rootMeanSquare(where isCounted: (Double) -> Bool) -> Double {
    var (squares, count) = (0.0, 0)
    for element in elements where element.isFinite && isCounted(element) {
      squares += element * element
      count += 1
    }
    return (squares / Double(max(count, 1))).squareRoot()
  }

  /// The largest finite magnitude.
  fileprivate var largestMagnitude: Double {
    elements.reduce(0) { abs($1) > $0 && $1.isFinite ? abs($1) : $0 }
  }
}
