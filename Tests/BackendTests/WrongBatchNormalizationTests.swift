import BackendConformance
import Backends
import Operations
import Testing

@Suite("A wrong batch normalization is caught")
struct WrongBatchNormalizationTests {
  private func expectWrong(
    _ symptom: String, at location: SourceLocation = #_sourceLocation,
    _ pass: @escaping @Sendable (KernelCall, BatchNormalizationGeometry) throws -> Void
  ) {
    expectCaught(by: .batchNormalization, symptom, at: location) { backend in
      backend.pass = { call in
        guard case .batchNormalization(let geometry) = call.operation else { return try call.proceed() }
        try pass(call, geometry)
      }
    }
  }

  private func expectWrongNumbers(
    _ symptom: String, at location: SourceLocation = #_sourceLocation, epsilon: Double? = nil,
    momentum: (@Sendable (Double) -> Double)? = nil
  ) {
    expectCaught(by: .batchNormalization, symptom, at: location) { backend in
      backend.request = { request in
        guard case .batchNormalization(let geometry) = request.operation else { return request }
        var changed = request
        changed.operation = .batchNormalization(
          try BatchNormalizationGeometry(
            input: geometry.shape, epsilon: epsilon ?? geometry.epsilon,
            momentum: momentum?(geometry.momentum) ?? geometry.momentum))
        return changed
      }
    }
  }

  @Test("no epsilon")
  func noEpsilon() { expectWrongNumbers(", output", epsilon: 1e-30) }

  @Test("ONNX's momentum for PyTorch's")
  func momentum() { expectWrongNumbers("running_mean") { 1 - $0 } }

  @Test("a running variance that is not unbiased")
  func biasedVariance() {
    expectWrong("running_var") { call, geometry in
      let running = call.memory.state[1].assumingMemoryBound(to: Float.self)
      let before = (0..<geometry.channels).map { running[$0] }
      try call.proceed()
      guard call.stage == .forward, call.pass.isTraining else { return }
      let (m, momentum) = (Float(geometry.valuesPerChannel), Float(geometry.momentum))
      for c in 0..<geometry.channels {
        let new = running[c] - (1 - momentum) * before[c]
        running[c] = (1 - momentum) * before[c] + new * (m - 1) / m
      }
    }
  }

  @Test("state that prediction changes")
  func stateInPrediction() {
    expectWrong("changed the state") { call, _ in
      try call.proceed()
      if call.stage == .forward, !call.pass.isTraining {
        call.memory.state[0].assumingMemoryBound(to: Float.self)[0] += 1
      }
    }
  }

  @Test("batches that are not counted")
  func notCounted() {
    expectWrong("num_batches_tracked") { call, _ in
      let count = call.memory.state[2].assumingMemoryBound(to: Int64.self)
      let before = count.pointee
      try call.proceed()
      count.pointee = before
    }
  }

  @Test("the batch's statistics in prediction")
  func statisticsInPrediction() {
    expectWrong(", output") { call, geometry in
      guard call.stage == .forward, !call.pass.isTraining, geometry.valuesPerChannel > 1 else {
        return try call.proceed()
      }
      let area = geometry.plane.area
      let running = UnsafeMutableBufferPointer(
        start: call.memory.state[0].assumingMemoryBound(to: Float.self), count: geometry.channels)
      try call.proceed(while: running) { running in
        for c in 0..<geometry.channels {
          let elements = call.input.indices.filter { $0 / area % geometry.channels == c }
          running[c] = elements.reduce(0) { $0 + call.input[$1] } / Float(elements.count)
        }
      }
    }
  }

  @Test("an input gradient without the mean of the output's")
  func gradientWithoutMean() {
    expectWrong("input gradient") { call, geometry in
      try call.proceed()
      guard call.stage == .inputGradient, call.pass.isTraining, let gradient = call.outputGradient,
        let result = call.inputGradient, let gamma = call.weight
      else { return }
      let area = geometry.plane.area
      for c in 0..<geometry.channels {
        let elements = gradient.indices.filter { $0 / area % geometry.channels == c }
        let mean = elements.reduce(0) { $0 + gradient[$1] } / Float(elements.count)
        for element in elements { result[element] += gamma[c] * mean * 0.01 }
      }
    }
  }
}
