import BackendConformance
import Backends
import Operations
import Tensors
import Testing

@Suite("A wrong batch normalization is caught")
struct WrongBatchNormalizationTests {
  /// Expects that a mistake in the passes of batch normalization is found.
  private func expectFound(
    in symptom: String, at location: SourceLocation = #_sourceLocation,
    _ mistake: @escaping @Sendable (KernelCall, BatchNormalizationGeometry) throws -> Void
  ) {
    expectCaught(by: .batchNormalization, symptom, at: location) { backend in
      backend.spoil = { call in
        guard case .batchNormalization(let geometry) = call.operation else { return try call.proceed() }
        try mistake(call, geometry)
      }
    }
  }

  /// Expects that a kernel made for other numbers is found.
  private func expectFound(
    in symptom: String, at location: SourceLocation = #_sourceLocation,
    epsilon: @escaping @Sendable (Double) -> Double = { $0 },
    momentum: @escaping @Sendable (Double) -> Double = { $0 }
  ) {
    expectCaught(by: .batchNormalization, symptom, at: location) { backend in
      backend.request = { request in
        guard case .batchNormalization(let geometry) = request.operation else { return request }
        var request = request
        request.operation = .batchNormalization(
          try BatchNormalizationGeometry(
            input: geometry.shape, epsilon: epsilon(geometry.epsilon), momentum: momentum(geometry.momentum)))
        return request
      }
    }
  }

  // MARK: State

  @Test("a running variance updated with the biased one")
  func biasedRunningVariance() {
    expectFound(in: "running_var") { call, geometry in
      let before = Array(call.runningVariance)
      try call.proceed()
      guard call.stage == .forward, call.context.isTraining else { return }
      let count = Float(geometry.valuesPerChannel)
      for (c, old) in before.enumerated() {
        let kept = Float(1 - geometry.momentum) * old
        call.runningVariance[c] = kept + (call.runningVariance[c] - kept) * (count - 1) / count
      }
    }
  }

  @Test("ONNX's momentum instead of PyTorch's")
  func swappedMomentum() {
    expectFound(in: "running_mean", momentum: { 1 - $0 })
  }

  @Test("a running statistic that is kept in bfloat16", arguments: [0, 1])
  func shortStatistic(index: Int) {
    expectFound(in: ["running_mean", "running_var"][index]) { call, _ in
      try call.proceed()
      guard call.stage == .forward, call.context.isTraining else { return }
      call.state(index).change { Float(bitPattern: $0.bitPattern & 0xFFFF_0000) }
    }
  }

  @Test("a running statistic that is not updated", arguments: [0, 1])
  func notUpdated(index: Int) {
    expectFound(in: ["running_mean", "running_var"][index]) { call, _ in
      let before = Array(call.state(index))
      try call.proceed()
      _ = call.state(index).update(fromContentsOf: before)
    }
  }

  @Test("batches that are not counted, or counted twice", arguments: [-1, 1] as [Int64])
  func miscounted(error: Int64) {
    expectFound(in: "num_batches_tracked") { call, _ in
      try call.proceed()
      if call.stage == .forward, call.context.isTraining { call.batches.pointee += error }
    }
  }

  @Test(
    "state that is updated in prediction, or when a network for training is evaluated",
    arguments: [false, true])
  func updatedWithoutTraining(isTraining: Bool) {
    let use = isTraining ? "training, input plain" : "prediction, input plain"
    expectFound(in: "\(use): a pass without training changed the state") { call, _ in
      try call.proceed()
      if call.stage == .forward, call.request.isTraining == isTraining, !call.context.isTraining {
        call.runningMean[0] += 0x1p-10
      }
    }
  }

  // MARK: Outputs

  @Test("epsilon that is omitted, or a different one", arguments: [1e-30, 1e-5])
  func otherEpsilon(epsilon: Double) {
    expectFound(in: "output", epsilon: { _ in epsilon })
  }

  @Test("the statistics of the other kind of pass")
  func otherStatistics() {
    expectFound(in: "output") { call, _ in
      let before = (Array(call.runningMean), Array(call.runningVariance), call.batches.pointee)
      try call.proceed { $0.isTraining = true }
      guard !call.context.isTraining else { return }
      _ = call.runningMean.update(fromContentsOf: before.0)
      _ = call.runningVariance.update(fromContentsOf: before.1)
      call.batches.pointee = before.2
    }
    expectFound(in: "output") { call, _ in try call.proceed { $0.isTraining = false } }
  }

  @Test("a variance as the mean of the squares less the square of the mean, in float32")
  func cancellation() {
    expectFound(in: "farFromZero") { call, geometry in
      try call.proceed()
      guard call.stage == .forward, call.context.isTraining, let gamma = call.weight, let beta = call.bias
      else {
        return
      }
      for c in 0..<geometry.channels {
        let indices = geometry.indices(ofChannel: c)
        let count = Float(indices.count)
        let mean = indices.reduce(Float(0)) { $0 + call.input[$1] } / count
        let squares = indices.reduce(Float(0)) { $0 + call.input[$1] * call.input[$1] } / count
        let scale = 1 / (max(squares - mean * mean, 0) + Float(geometry.epsilon)).squareRoot()
        for element in indices {
          call.output[element] = gamma[c] * (call.input[element] - mean) * scale + beta[c]
        }
      }
    }
  }

  @Test("a NaN that is lost, or that reaches another channel")
  func misplacedNaN() {
    expectFound(in: "withNaN") { call, _ in
      try call.proceed()
      if call.stage == .forward { call.output.change { $0.isNaN ? 0 : $0 } }
    }
    expectFound(in: "withNaN") { call, geometry in
      try call.proceed()
      guard call.stage == .forward, geometry.channels > 1, call.output.contains(where: \.isNaN) else {
        return
      }
      call.output[call.output.count - 1] = .nan
    }
  }

  @Test("padding elements that are not zero")
  func padding() {
    expectCaught(by: .batchNormalization, "the padding elements of the output", "are not zero") { backend in
      backend.padOutputs()
    }
  }

  // MARK: Gradients

  @Test("an input gradient without the term of the mean, or of the variance", arguments: [true, false])
  func missingTerm(isOfMean: Bool) {
    expectFound(in: "input gradient") { call, geometry in
      try call.proceed()
      guard call.stage == .inputGradient, call.context.isTraining, let gamma = call.weight,
        let gradient = call.outputGradient, let result = call.inputGradient
      else { return }
      let count = Float(geometry.valuesPerChannel)
      for c in 0..<geometry.channels {
        let indices = geometry.indices(ofChannel: c)
        let mean = indices.reduce(Float(0)) { $0 + call.input[$1] } / count
        let squares = indices.reduce(Float(0)) { $0 + (call.input[$1] - mean) * (call.input[$1] - mean) }
        let scale = 1 / (squares / count + Float(geometry.epsilon)).squareRoot()
        func factor(_ element: Int) -> Float { isOfMean ? 1 : (call.input[element] - mean) * scale }
        let term = indices.reduce(Float(0)) { $0 + gradient[$1] * factor($1) } / count
        for element in indices { result[element] += gamma[c] * scale * term * factor(element) }
      }
    }
  }

  @Test("an input gradient of the batch's statistics where the running ones were used")
  func gradientOfOtherStatistics() {
    expectFound(in: "input gradient") { call, geometry in
      try call.proceed()
      guard call.stage == .inputGradient, !call.context.isTraining, let result = call.inputGradient else {
        return
      }
      for c in 0..<geometry.channels {
        let indices = geometry.indices(ofChannel: c)
        let mean = indices.reduce(Float(0)) { $0 + result[$1] } / Float(indices.count)
        for element in indices { result[element] -= mean }
      }
    }
  }

  @Test("a mean instead of a parameter's gradient", arguments: ["weight gradient", "bias gradient"])
  func meanGradient(of parameter: String) {
    expectFound(in: parameter) { call, geometry in
      try call.proceed()
      guard call.stage == .parameterGradients else { return }
      let gradient = parameter == "weight gradient" ? call.weightGradient : call.biasGradient
      gradient?.change { $0 / Float(geometry.valuesPerChannel) }
    }
  }

  // MARK: Threads

  @Test("an output that is wrong with three threads")
  func threads() {
    expectCaught(by: .threadCounts, "3 threads", "batch normalization") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward, call.threads.count == 3, case .batchNormalization = call.operation
        else {
          return
        }
        call.output[call.output.count - 1] += 1
      }
    }
  }
}

extension KernelCall {
  fileprivate var runningMean: Numbers { state(0) }
  fileprivate var runningVariance: Numbers { state(1) }
  fileprivate var batches: UnsafeMutablePointer<Int64> { memory.state[2].assumingMemoryBound(to: Int64.self) }

  fileprivate func state(_ index: Int) -> Numbers {
    Numbers(
      start: memory.state[index].assumingMemoryBound(to: Float.self),
      count: operation.state[index].shape.elementCount)
  }
}

extension BatchNormalizationGeometry {
  /// The indices of a channel's elements, in the order n, h, w.
  fileprivate func indices(ofChannel channel: Int) -> [Int] {
    (0..<valuesPerChannel).map { ($0 / plane.area * channels + channel) * plane.area + $0 % plane.area }
  }
}
