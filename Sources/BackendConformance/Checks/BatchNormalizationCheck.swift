import Backends
import Operations
import ReferenceBackend
import Tensors

extension Conformance {
  /// Batch normalization against the reference in Double, and in float64 its gradients against central differences.
  ///
  /// In training, in a pass of a network for training that is not one of training, and in prediction; channels that
  /// fill a run and such as do not, far from zero, all alike, and with a NaN, which must stay in its channel.
  func checkBatchNormalization(_ report: inout CheckReport) throws {
    let shapes: [Shape] = [
      [2, 3, 4, 5], [1, 16, 7, 3], [5, 17, 6, 6], [4, 33, 1, 1], [3, 8, 2, 9], [2, 40, 13, 11], [7, 1, 3, 3],
      [2, 1, 1, 1],
    ]
    for (index, shape) in zip(steps(shapes.count, of: .batchNormalization), shapes) {
      let numbers = [(1e-5, 0.1), (1e-3, 0.3), (0.5, 1.0), (1e-5, 0.0)][index % 4]
      let geometry = try BatchNormalizationGeometry(input: shape, epsilon: numbers.0, momentum: numbers.1)
      for precision in precisions {
        for arrival in KernelCase.Arrival.allCases {
          for use in KernelCase.Use.allCases {
            let trial = Trial(
              operation: .batchNormalization(geometry), precision: precision, use: use, arrival: arrival,
              inPlace: use == .prediction, seed: seed, index: index)
            for kind in Normalized.allCases {
              examine(trial, &report) { trial, report in try compare(trial, kind, &report) }
            }
          }
        }
      }
      guard shape.elementCount <= 200 else { continue }
      let trial = Trial(
        operation: .batchNormalization(geometry), precision: .float64, seed: seed, index: index)
      examine(trial, &report, differentiate)
    }
  }

  /// What is normalized.
  private enum Normalized: CaseIterable {
    case centered, farFromZero, constant, notFinite, byRunningStatistics
  }

  private func compare(_ trial: Trial, _ kind: Normalized, _ report: inout CheckReport) throws {
    guard case .batchNormalization(let geometry) = trial.operation else { return }
    var kernelCase = trial.normals()
    kernelCase.pass.isTraining = trial.use != .prediction && kind != .byRunningStatistics
    var numbers = RandomNumbers(seed: trial.seed, index: trial.index + 1000)
    kernelCase.state = [
      numbers.normal([geometry.channels]).rounded(to: .float32),
      numbers.normal([geometry.channels]).map { abs($0) + 0.1 }.rounded(to: .float32),
      Tensor(shape: [], elements: [41]),
    ]
    let type = trial.precision.activationType
    let area = geometry.plane.area
    func channel(_ element: Int) -> Int { element / area % geometry.channels }
    switch kind {
    case .centered, .byRunningStatistics: break
    case .farFromZero:
      for element in kernelCase.input.elements.indices {
        kernelCase.input.elements[element] += 1000 * Double(1 + channel(element) % 3)
      }
    case .constant:
      for element in kernelCase.input.elements.indices {
        kernelCase.input.elements[element] = Double(channel(element) % 5 - 2)
      }
    case .notFinite: kernelCase.input.elements[0] = .nan
    }
    kernelCase.input = kernelCase.input.rounded(to: type)
    guard let actual = outcome(kernelCase, trial, &report) else { return }
    let expected = try KernelHarness(Reference(threads: backend.threads)).run(kernelCase.inDouble)
    let bounds = Bounds(kernelCase, geometry, expected, isOfBatch: kernelCase.pass.isTraining)
    for (computed, exact) in zip(actual.tensors, expected.tensors) {
      report.count(exact.values.elements, of: "batch normalization, \(computed.role.rawValue)")
      for (element, (value, right)) in zip(computed.values.elements, exact.values.elements).enumerated() {
        let c =
          computed.role == .weightGradient || computed.role == .biasGradient ? element : channel(element)
        let allowed = bounds.allowed(
          computed.role, channel: c, element: element, right, storedAs: computed.elementType)
        guard !(abs(value - right) <= allowed || value.isNaN && right.isNaN) else { continue }
        report.fail(
          "\(subject(trial)), \(computed.role.rawValue)",
          "\(kind): \(value) instead of \(right) at element \(element), where \(allowed) is allowed")
        break
      }
    }
    for (index, state) in trial.operation.state.enumerated() {
      for (value, right) in zip(actual.state[index].elements, expected.state[index].elements) {
        // Two roundings of float32, of the statistics and of the sum; a count is exact.
        let allowed =
          state.isCount ? 0 : 4 * ElementType.float32.unitRoundoff * max(abs(right), bounds.largestState)
        guard !(abs(value - right) <= allowed || value.isNaN && right.isNaN) else { continue }
        report.fail("\(subject(trial)), \(state.name)", "\(kind): \(value) instead of \(right)")
        break
      }
    }
  }

  /// The gradient of ⟨output, g⟩ by central differences, whose own error is of the order of the step's square.
  private func differentiate(_ trial: Trial, _ report: inout CheckReport) throws {
    var kernelCase = trial.normals()
    kernelCase.pass.isTraining = true
    guard let outcome = outcome(kernelCase, trial, &report) else { return }
    let variables: [(ComputedTensor.Role, WritableKeyPath<KernelCase, Tensor<Double>>)] = [
      (.inputGradient, \.input), (.weightGradient, \.parameters[0]), (.biasGradient, \.parameters[1]),
    ]
    // With two values a channel the normalized ones jump from −1 to 1 within a few √ε.
    guard case .batchNormalization(let geometry) = trial.operation, geometry.valuesPerChannel > 4 else {
      return
    }
    for (role, variable) in variables {
      guard let gradient = outcome.values(role) else { continue }
      let step = 1e-4
      for element in stride(from: 0, to: gradient.elements.count, by: max(gradient.elements.count / 16, 1)) {
        func objective(_ change: Double) -> Double {
          var changed = kernelCase
          changed[keyPath: variable].elements[element] += change
          guard let output = try? harness.run(changed).values(.output) else { return .nan }
          return inner(output, kernelCase.outputGradient)
        }
        let difference = (objective(step) - objective(-step)) / (2 * step)
        report.count([difference], of: "batch normalization, \(role.rawValue)")
        guard !(abs(difference - gradient.elements[element]) <= 1e-5 * max(1, abs(difference))) else {
          continue
        }
        report.fail(
          "\(subject(trial)), \(role.rawValue)",
          "\(gradient.elements[element]) at element \(element), where the finite difference is \(difference)")
      }
    }
  }

  /// How far results may lie from the exact ones.
  ///
  /// Someone who computes in float32 knows the mean to some roundings of the values' own size, and what is subtracted
  /// from it is divided by the deviation: an error of u · |x| becomes one of u · |γ| · |x| / √(σ² + ε) in the output,
  /// and in the gradients as many times the gradient's. Sums of m values err by (2 + 4·√m) · u (``ErrorBound``).
  /// Results in bfloat16 are rounded once more.
  private struct Bounds {
    private let kernelCase: KernelCase
    private let geometry: BatchNormalizationGeometry
    /// 1 / √(σ² + ε) and the largest |x| of each channel.
    private let scales: [Double]
    private let largest: [Double]
    private let gradientSums: [Double]
    let largestState: Double

    init(
      _ kernelCase: KernelCase, _ geometry: BatchNormalizationGeometry, _ expected: KernelOutcome,
      isOfBatch: Bool
    ) {
      self.kernelCase = kernelCase
      self.geometry = geometry
      let area = geometry.plane.area
      let m = Double(geometry.valuesPerChannel)
      var (means, squares) = (
        Array(repeating: 0.0, count: geometry.channels), Array(repeating: 0.0, count: geometry.channels)
      )
      var largest = means
      var gradientSums = means
      for (element, x) in kernelCase.input.elements.enumerated() {
        let c = element / area % geometry.channels
        means[c] += x / m
        largest[c] = max(largest[c], abs(x))
        gradientSums[c] += abs(kernelCase.outputGradient.elements[element])
      }
      for (element, x) in kernelCase.input.elements.enumerated() {
        let c = element / area % geometry.channels
        squares[c] += (x - means[c]) * (x - means[c]) / m
      }
      scales = (0..<geometry.channels).map { c in
        1 / ((isOfBatch ? squares[c] : kernelCase.state[1].elements[c]) + geometry.epsilon).squareRoot()
      }
      if !isOfBatch {
        for c in largest.indices { largest[c] = max(largest[c], abs(kernelCase.state[0].elements[c])) }
      }
      self.largest = largest
      self.gradientSums = gradientSums
      largestState = zip(largest, squares).reduce(1) { max($0, $1.0, $1.1 * 2) }
    }

    func allowed(
      _ role: ComputedTensor.Role, channel c: Int, element: Int, _ right: Double, storedAs type: ElementType
    ) -> Double {
      let u = ElementType.float32.unitRoundoff
      let sums = 2 + 4 * Double(geometry.valuesPerChannel).squareRoot()
      let (gamma, beta) = (
        abs(kernelCase.parameters[0].elements[c]), abs(kernelCase.parameters[1].elements[c])
      )
      let normalized = 1 + largest[c] * scales[c]
      let own: Double
      switch role {
      case .output: own = 8 * u * (gamma * normalized * normalized + beta)
      case .weightGradient: own = sums * u * gradientSums[c] * normalized * normalized
      case .biasGradient: own = sums * u * gradientSums[c]
      case .inputGradient:
        let mean = gradientSums[c] / Double(geometry.valuesPerChannel)
        let gradient = abs(kernelCase.outputGradient.elements[element]) + mean * (1 + normalized * normalized)
        own = sums * u * gamma * scales[c] * gradient * normalized
      }
      let stored = type == .float32 ? 0 : type.unitRoundoff
      return own + stored * (abs(right) + own)
    }
  }
}
