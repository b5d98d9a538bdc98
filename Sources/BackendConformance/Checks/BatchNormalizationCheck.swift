import Backends
import Operations
import ReferenceBackend
import Tensors

extension Conformance {
  /// Batch normalization against the reference in Double, and in float64 its gradients against central differences.
  ///
  /// It is checked in training, in a non-training pass of a kernel for training, and in prediction: for equality if all
  /// numbers are exact, otherwise within ``NormalizationBound``. Kernels that compute a part of a batch must give the
  /// same result with two parts and with three.
  func checkBatchNormalization(_ report: inout CheckReport) throws {
    try checkExactNormalization(&report)
    var generated = GeneratedShapes(seed: seed &+ 9, largest: 20_000)
    let known: [Shape] = [
      [2, 3, 4, 5], [1, 16, 7, 3], [5, 17, 6, 6], [4, 33, 1, 1], [3, 8, 2, 9], [2, 40, 13, 11], [7, 1, 3, 3],
      [2, 1, 1, 1],
    ]
    for index in steps(max(size.shapes / 2, known.count), of: .batchNormalization) {
      let shape = index < known.count ? known[index] : generated.batchOfChannels()
      let (epsilon, momentum) = [(1e-5, 0.1), (1e-3, 0.3), (0.5, 1.0), (1e-5, 0.0)][index % 4]
      let operation = TensorOperation.batchNormalization(
        try BatchNormalizationGeometry(input: shape, epsilon: epsilon, momentum: momentum))
      for trial in trials(of: operation, index: index) {
        for numbers in NormalizedNumbers.allCases {
          examine(trial, &report) { trial, report in try compare(trial, numbers, &report) }
        }
      }
      guard shape.elementCount <= 200 else { continue }
      examine(
        Trial(operation: operation, precision: .float64, seed: seed, index: index), &report, differentiate)
    }
  }

  private func trials(of operation: TensorOperation, index: Int) -> [Trial] {
    precisions.flatMap { precision in
      KernelCase.Arrival.allCases.flatMap { arrival in
        KernelCase.Use.allCases.map { use in
          Trial(
            operation: operation, precision: precision, use: use, arrival: arrival,
            inPlace: use == .prediction, seed: seed, index: index)
        }
      }
    }
  }

  // MARK: Exactly

  /// Small integers for which everything is exact.
  ///
  /// Half of each channel's m values are μ + a and half are μ − a, with m a power of two, a = m − 1 and ε = 2·m − 1.
  /// Then σ² + ε = m², all roots and quotients are exact, and every sum as well, in any order.
  private func checkExactNormalization(_ report: inout CheckReport) throws {
    let shapes: [Shape] = [
      [2, 5, 2, 4], [1, 17, 4, 8], [4, 16, 1, 2], [2, 33, 1, 1], [8, 1, 2, 1], [2, 24, 2, 2],
    ]
    for (index, shape) in shapes.enumerated() {
      let count = Double(shape[0] * shape[2] * shape[3])
      let operation = TensorOperation.batchNormalization(
        try BatchNormalizationGeometry(input: shape, epsilon: 2 * count - 1, momentum: 0.25))
      for trial in trials(of: operation, index: index) {
        for isOfBatch in trial.use == .prediction ? [false] : [true, false] {
          examine(trial, &report) { trial, report in
            try compareExactly(trial, isOfBatch: isOfBatch, &report)
          }
        }
      }
    }
  }

  private func compareExactly(_ trial: Trial, isOfBatch: Bool, _ report: inout CheckReport) throws {
    // Cases shrunk to other sizes are no longer exact.
    guard case .batchNormalization(let geometry) = trial.operation,
      geometry.epsilon == Double(2 * geometry.valuesPerChannel - 1), geometry.valuesPerChannel % 2 == 0
    else { return }
    let kernelCase = exactCase(trial, geometry, isOfBatch: isOfBatch)
    guard let actual = outcome(kernelCase, trial, &report) else { return }
    let expected = try inDouble(kernelCase)
    for (computed, exact) in zip(actual.tensors, expected.tensors) {
      expectEqual(computed, exact.values, trial, &report)
    }
    // The variance is checked within the bound, since m / (m − 1) is not exact.
    for index in [0, 2] where actual.state[index] != expected.state[index] {
      report.fail(
        "\(subject(trial)), \(trial.operation.state[index].name)",
        "\(actual.state[index].elements) instead of \(expected.state[index].elements)")
    }
    guard !isOfBatch, trial.precision == .float32 else { return }
    compareProducts(kernelCase, trial, &report)
  }

  /// With given statistics a normalization without mean and shift is linear in x and in γ, so ⟨N x, y⟩ = ⟨x, ∂x⟩ = ⟨γ,
  /// ∂γ⟩ for the output gradient y.
  private func compareProducts(_ kernelCase: KernelCase, _ trial: Trial, _ report: inout CheckReport) {
    var linear = kernelCase
    linear.parameters[1] = linear.parameters[1].map { _ in 0 }
    linear.state[0] = linear.state[0].map { _ in 0 }
    guard let outcome = outcome(linear, trial, &report), let output = outcome.values(.output),
      let scaleGradient = outcome.values(.weightGradient)
    else { return }
    var products = [
      inner(output, linear.outputGradient), inner(linear.parameters[0], scaleGradient),
    ]
    if let gradient = outcome.values(.inputGradient) { products.append(inner(linear.input, gradient)) }
    report.count(products, of: "inner products")
    guard !products.allSatisfy({ $0 == products[0] }) else { return }
    report.fail(subject(trial), "⟨N x, y⟩, ⟨γ, ∂γ⟩ and ⟨x, ∂x⟩ differ: \(products)")
  }

  private func exactCase(
    _ trial: Trial, _ geometry: BatchNormalizationGeometry, isOfBatch: Bool
  ) -> KernelCase {
    var kernelCase = trial.integers(run: 0)
    kernelCase.context.isTraining = isOfBatch
    var numbers = RandomNumbers(seed: trial.seed, index: trial.index + 2000)
    let means = numbers.integers([geometry.channels], in: -4...4).elements
    let count = geometry.valuesPerChannel
    for channel in 0..<geometry.channels {
      let signs = numbers.distinct([count]).elements
      for (position, sign) in zip(geometry.positions(ofChannel: channel), signs) {
        kernelCase.input.elements[position] = means[channel] + (sign < 0 ? -1 : 1) * Double(count - 1)
      }
    }
    let deviations = numbers.integers([geometry.channels], in: 1...2).map { $0 * Double(count) }
    kernelCase.state = [
      numbers.integers([geometry.channels], in: -4...4),
      deviations.map { $0 * $0 - geometry.epsilon }, Tensor(shape: [], elements: [41]),
    ]
    return kernelCase
  }

  // MARK: Within the bound

  private func compare(_ trial: Trial, _ numbers: NormalizedNumbers, _ report: inout CheckReport) throws {
    guard case .batchNormalization(let geometry) = trial.operation else { return }
    let isOfBatch = trial.use != .prediction && numbers != .byRunningStatistics
    // A single value has no variance; a network never calls a kernel with one.
    guard !isOfBatch || geometry.valuesPerChannel > 1 else { return }
    let kernelCase = numbers.kernelCase(trial, geometry, isOfBatch: isOfBatch)
    guard let actual = outcome(kernelCase, trial, &report) else { return }
    let expected = try inDouble(kernelCase)
    let bound = NormalizationBound(kernelCase, geometry)
    compare(actual, expected, bound, trial, "\(numbers)", &report)
    guard isOfBatch, geometry.batch > 1 else { return }
    for partSize in Set([2, 3].map { (geometry.batch + $0 - 1) / $0 }).sorted(by: >) {
      guard let outcome = try harness.run(kernelCase, inPartsOf: partSize) else {
        return report.skip("its batch normalization needs whole batches, not parts")
      }
      for defect in outcome.defects { report.fail("\(subject(trial)), in parts of \(partSize)", defect) }
      compare(outcome, expected, bound, trial, "\(numbers), in parts of \(partSize)", &report)
    }
  }

  private func compare(
    _ actual: KernelOutcome, _ expected: KernelOutcome, _ bound: NormalizationBound, _ trial: Trial,
    _ numbers: String, _ report: inout CheckReport
  ) {
    for (computed, exact) in zip(actual.tensors, expected.tensors) {
      report.count(exact.values.elements, of: "batch normalization, \(computed.role.rawValue)")
      let wrong = firstDifference(computed.values, exact.values) { element, right in
        bound.allowed(computed.role, element: element, right, storedAs: computed.elementType)
      }
      if let wrong { report.fail("\(subject(trial)), \(computed.role.rawValue)", "\(numbers): \(wrong)") }
    }
    for (index, state) in trial.operation.state.enumerated() {
      report.count(expected.state[index].elements, of: "batch normalization, \(state.name)")
      let wrong = firstDifference(actual.state[index], expected.state[index]) { channel, _ in
        state.isCount ? 0 : bound.allowed(state: index, channel: channel)
      }
      if let wrong { report.fail("\(subject(trial)), \(state.name)", "\(numbers): \(wrong)") }
    }
  }

  private func inDouble(_ kernelCase: KernelCase) throws -> KernelOutcome {
    try KernelHarness(Reference(threads: backend.threads)).run(kernelCase.inDouble)
  }

  private func firstDifference(
    _ actual: Tensor<Double>, _ expected: Tensor<Double>, allowed: (_ element: Int, _ right: Double) -> Double
  ) -> String? {
    for (element, (value, right)) in zip(actual.elements, expected.elements).enumerated() {
      guard right.isFinite else {
        if value == right || value.isNaN && right.isNaN { continue }
        return "\(value) instead of \(right) at element \(element)"
      }
      let allowed = allowed(element, right)
      guard !(abs(value - right) <= allowed) else { continue }
      return "\(value) instead of \(right) at element \(element), where \(allowed) is allowed"
    }
    return nil
  }

  // MARK: Finite differences

  /// The gradient of ⟨output, g⟩ by central differences, whose error is of the order of the step squared.
  private func differentiate(_ trial: Trial, _ report: inout CheckReport) throws {
    // With few values per channel, a normalized value jumps from −1 to 1 within a few √ε.
    guard case .batchNormalization(let geometry) = trial.operation, geometry.valuesPerChannel > 4 else {
      return
    }
    var kernelCase = trial.normals()
    for isTraining in [true, false] {
      kernelCase.context.isTraining = isTraining
      guard let outcome = outcome(kernelCase, trial, &report) else { return }
      let variables: [(ComputedTensor.Role, WritableKeyPath<KernelCase, Tensor<Double>>)] = [
        (.inputGradient, \.input), (.weightGradient, \.parameters[0]), (.biasGradient, \.parameters[1]),
      ]
      for (role, variable) in variables {
        guard let gradient = outcome.values(role) else { continue }
        differentiate(kernelCase, variable, role, gradient.elements, trial, &report)
      }
    }
  }

  private func differentiate(
    _ kernelCase: KernelCase, _ variable: WritableKeyPath<KernelCase, Tensor<Double>>,
    _ role: ComputedTensor.Role, _ gradient: [Double], _ trial: Trial, _ report: inout CheckReport
  ) {
    let step = 1e-4
    for element in stride(from: 0, to: gradient.count, by: max(gradient.count / 16, 1)) {
      func objective(_ change: Double) -> Double {
        var changed = kernelCase
        changed[keyPath: variable].elements[element] += change
        guard let output = try? harness.run(changed).values(.output) else { return .nan }
        return inner(output, kernelCase.outputGradient)
      }
      let difference = (objective(step) - objective(-step)) / (2 * step)
      report.count([difference], of: "batch normalization, \(role.rawValue)")
      guard !(abs(difference - gradient[element]) <= 1e-5 * max(1, abs(difference))) else { continue }
      report.fail(
        "\(subject(trial)), \(role.rawValue)",
        "\(gradient[element]) at element \(element), where the finite difference is \(difference)")
    }
  }
}

/// The inputs that are normalized within the bound.
private enum NormalizedNumbers: CaseIterable {
  case centered, farFromZero, constant, denormal, withNaN, withInfinity, withNaNGradient, withNaNParameters
  case byRunningStatistics

  func kernelCase(_ trial: Trial, _ geometry: BatchNormalizationGeometry, isOfBatch: Bool) -> KernelCase {
    var kernelCase = trial.normals()
    kernelCase.context.isTraining = isOfBatch
    var numbers = RandomNumbers(seed: trial.seed, index: trial.index + 1000)
    kernelCase.state = [
      numbers.normal([geometry.channels]),
      numbers.normal([geometry.channels]).map { abs($0) + 0.1 }.rounded(to: .float32),
      Tensor(shape: [], elements: [41]),
    ]
    switch self {
    case .centered, .byRunningStatistics: break
    case .farFromZero:
      for element in kernelCase.input.elements.indices {
        kernelCase.input.elements[element] += 1000 * Double(1 + geometry.channel(of: element) % 3)
      }
    case .constant:
      for element in kernelCase.input.elements.indices {
        kernelCase.input.elements[element] = Double(geometry.channel(of: element) % 5 - 2)
      }
    case .denormal: kernelCase.input = kernelCase.input.map { $0 * 0x1p-140 }
    case .withNaN: kernelCase.input.elements[0] = .nan
    case .withInfinity: kernelCase.input.elements[kernelCase.input.elements.count - 1] = .infinity
    case .withNaNGradient: kernelCase.outputGradient.elements[0] = .nan
    case .withNaNParameters:
      kernelCase.parameters[0].elements[geometry.channels - 1] = .nan
      kernelCase.parameters[1].elements[0] = .nan
    }
    kernelCase.input = kernelCase.input.rounded(to: trial.precision.activationType)
    return kernelCase
  }
}

/// The allowed error of a batch normalization computed in float32 or better.
///
/// Let u = 2⁻²⁴, m the number of values of a channel, L = 2 + 4·√m as in ``ErrorBound``, s = 1 / √(σ² + ε), and A the
/// mean of the |x| of the channel, or the magnitude of the running mean where that is taken. Then
///
/// - the **mean** is a sum of m terms, and off by up to L·u·A;
/// - the **variance** is a sum of squared differences from the mean. An error δ of the mean adds δ² to it and nothing
///   of first order, so it is off by up to 2·L·u·σ² + (L·u·A)². The mean of the squares minus the square of the mean,
///   which is off by u·A², does not pass;
/// - x̂ = (x − μ)·s is off by up to 2·L·u·X with X = s·(|x| + A), as long as L·u·A·s is small;
/// - the **output** γ·x̂ + β by L·u·(2·|γ|·X + |β|);
/// - **∂β** = Σ ∂y by L·u·Σ|∂y|, and **∂γ** = Σ ∂y·x̂ by L·u·G with G = Σ |∂y|·2·X;
/// - **∂x** = γ·s·(∂y − ∂β/m − x̂·∂γ/m) by L·u·2·|γ|·s·(|∂y| + Σ|∂y|/m + X·G/m), where only the first term exists for
///   given statistics.
///
/// Values stored in bfloat16 are rounded once more. A denormal may be off by the smallest normal number, 2⁻¹²⁶, so
/// magnitudes below that are replaced by it.
private struct NormalizationBound {
  private struct Channel {
    var deviationInverse = 0.0
    var meanMagnitude = 0.0
    var variance = 0.0
    /// Σ|∂y| and G.
    var gradients = 0.0
    var products = 0.0
  }

  private let kernelCase: KernelCase
  private let geometry: BatchNormalizationGeometry
  private let unit: Double
  private var channels: [Channel] = []

  private static func normal(_ magnitude: Double) -> Double {
    max(magnitude, Double(Float.leastNormalMagnitude))
  }

  init(_ kernelCase: KernelCase, _ geometry: BatchNormalizationGeometry) {
    self.kernelCase = kernelCase
    self.geometry = geometry
    let count = Double(geometry.valuesPerChannel)
    unit = (2 + 4 * count.squareRoot()) * ElementType.float32.unitRoundoff
    for c in 0..<geometry.channels {
      let positions = geometry.positions(ofChannel: c)
      let values = positions.map { kernelCase.input.elements[$0] }
      let mean = values.reduce(0, +) / count
      var channel = Channel()
      channel.variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      channel.meanMagnitude = Self.normal(values.reduce(0) { $0 + abs($1) } / count)
      var variance = channel.variance
      if !kernelCase.context.isTraining {
        channel.meanMagnitude = Self.normal(abs(kernelCase.state[0].elements[c]))
        variance = kernelCase.state[1].elements[c]
      }
      channel.deviationInverse = 1 / (variance + geometry.epsilon).squareRoot()
      for (position, x) in zip(positions, values) {
        let gradient = abs(kernelCase.outputGradient.elements[position])
        channel.gradients += gradient
        channel.products +=
          gradient * 2 * channel.deviationInverse * (Self.normal(abs(x)) + channel.meanMagnitude)
      }
      channels.append(channel)
    }
  }

  func allowed(
    _ role: ComputedTensor.Role, element: Int, _ right: Double, storedAs type: ElementType
  ) -> Double {
    let isOfChannel = role == .weightGradient || role == .biasGradient
    let c = isOfChannel ? element : geometry.channel(of: element)
    let channel = channels[c]
    let count = Double(geometry.valuesPerChannel)
    let (gamma, beta) = (abs(kernelCase.parameters[0].elements[c]), abs(kernelCase.parameters[1].elements[c]))
    func magnitude() -> Double {
      channel.deviationInverse
        * (Self.normal(abs(kernelCase.input.elements[element])) + channel.meanMagnitude)
    }
    let terms: Double
    switch role {
    case .output: terms = 2 * gamma * magnitude() + beta
    case .weightGradient: terms = channel.products
    case .biasGradient: terms = channel.gradients
    case .inputGradient:
      let means = channel.gradients / count + magnitude() * channel.products / count
      let gradient = abs(kernelCase.outputGradient.elements[element])
      terms = 2 * gamma * channel.deviationInverse * (gradient + (kernelCase.context.isTraining ? means : 0))
    }
    let stored = type == .float32 ? 0 : type.unitRoundoff
    return unit * terms + stored * (abs(right) + unit * terms)
  }

  /// The allowed error of the running mean and the running variance.
  func allowed(state index: Int, channel c: Int) -> Double {
    let channel = channels[c]
    let count = Double(geometry.valuesPerChannel)
    let kept = (1 - geometry.momentum) * abs(kernelCase.state[index].elements[c])
    guard kernelCase.context.isTraining else { return 0 }
    guard index == 1 else { return unit * (kept + geometry.momentum * channel.meanMagnitude) }
    let taken = geometry.momentum * count / (count - 1)
    let ofMean = unit * channel.meanMagnitude
    return unit * (kept + taken * 2 * Self.normal(channel.variance)) + taken * ofMean * ofMean
  }
}

extension BatchNormalizationGeometry {
  /// The channel that an element of N×C×H×W belongs to.
  fileprivate func channel(of element: Int) -> Int { element / plane.area % channels }

  /// The indices of a channel's elements, in the order n, h, w.
  fileprivate func positions(ofChannel channel: Int) -> [Int] {
    (0..<valuesPerChannel).map { ($0 / plane.area * channels + channel) * plane.area + $0 % plane.area }
  }
}
