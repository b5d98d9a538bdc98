import Backends
import Layers
import Operations
import Tensors
import TestSupport
import Testing
import Verification

@Suite("Batch normalization is judged")
struct BatchNormalizationTests {
  /// One that is folded into a convolution without bias, one behind pooling, and one at the end.
  private static let model = Sequential(
    Sequential(Conv2D(18, kernel: 3, padding: 1, hasBias: false), BatchNorm2D(), ReLU()),
    MaxPool2D(kernel: 3, stride: 2), BatchNorm2D(epsilon: 1e-3, momentum: 0.3), Dropout(0.2),
    Sequential(Conv2D(10, kernel: 3), BatchNorm2D(), ReLU()), Conv2D(10, kernel: 1),
    GlobalAvgPool2D(), Flatten())

  /// An experiment with statistics that are not those of a new network.
  private func experiment(seed: UInt64, isTraining: Bool) throws -> Experiment {
    let new = try SmallExperiment.make(Self.model, seed: seed, dropout: isTraining)
    var generator = PhiloxGenerator(seed: seed, purpose: .testData, index: 9)
    let state = new.state.mapValues { values in values.map { $0 + Double(Float(generator.nextUniform())) } }
    return try Experiment(
      new.model, images: new.images, labels: new.labels, parameters: new.parameters,
      state: state.mapValues { $0.shape.rank == 0 ? $0.map { _ in 41 } : $0 }, context: new.context)
  }

  private func judgments(
    _ backend: any Backend, _ experiment: Experiment, _ precision: Precision = .float32
  ) throws -> [NetworkPlan: Judgment] {
    let recordings = try NetworkPlan.allCases.map {
      try NetworkRecording(experiment, on: backend, precision: precision, plan: $0)
    }
    let judgments = try Referee(experiment, threads: TestedBackends.threads).judge(recordings)
    return Dictionary(uniqueKeysWithValues: zip(NetworkPlan.allCases, judgments))
  }

  @Test(
    "as correct in every plan, with the batch's statistics and the running ones", arguments: [false, true])
  func agreement(isTraining: Bool) throws {
    for seed in UInt64(0)..<3 {
      let experiment = try experiment(seed: seed, isTraining: isTraining)
      for backend in try TestedBackends.all() {
        for precision in backend.information.precisions {
          for (plan, judgment) in try judgments(backend, experiment, precision) {
            #expect(
              judgment.passes,
              "\(backend.name), \(precision), \(plan): \(String(describing: judgment.firstMismatch))")
            #expect(judgment.state.count == 9)
          }
        }
      }
    }
  }

  @Test("with a running variance that is not unbiased")
  func biasedVariance() throws {
    let experiment = try experiment(seed: 1, isTraining: true)
    for right in try TestedBackends.all() {
      var wrong = WrongBackend(right)
      wrong.spoil = { call in
        guard call.work == .forward, case .batchNormalization(let geometry) = call.request.operation else {
          return try call.proceed()
        }
        let variance = UnsafeMutableBufferPointer(
          start: call.memory.state[1].assumingMemoryBound(to: Float.self), count: geometry.channels)
        let before = Array(variance)
        try call.proceed()
        for (channel, old) in before.enumerated() where variance[channel] != old {
          let kept = Float(1 - geometry.momentum) * old
          let count = Float(geometry.valuesPerChannel)
          variance[channel] = kept + (variance[channel] - kept) * (count - 1) / count
        }
      }
      for (plan, judgment) in try judgments(wrong, experiment) {
        let expected = plan == .prediction ? nil : "state.net.0.1.running_var"
        #expect(judgment.firstMismatch?.name == expected, "\(right.name), \(plan)")
      }
    }
  }

  @Test("with the statistics of the wrong kind in prediction")
  func statisticsOfPrediction() throws {
    let experiment = try experiment(seed: 2, isTraining: false)
    for right in try TestedBackends.all() {
      var wrong = WrongBackend(right)
      wrong.spoil = { call in
        if call.work == .forward, !call.request.isTraining,
          case .batchNormalization(let geometry) = call.request.operation
        {
          call.memory.state[0].assumingMemoryBound(to: Float.self)
            .update(repeating: 0, count: geometry.channels)
        }
        try call.proceed()
      }
      for (plan, judgment) in try judgments(wrong, experiment) {
        // In prediction two of three are folded.
        let expected = plan == .prediction ? "activations.net.2" : nil
        #expect(judgment.firstMismatch?.name == expected, "\(right.name), \(plan)")
      }
    }
  }

  @Test("in every step of a run", arguments: [false, true])
  func training(isWrong: Bool) throws {
    for right in try TestedBackends.all() {
      var backend = WrongBackend(right)
      if isWrong {
        backend.spoil = { call in
          try call.proceed()
          guard call.work == .forward, case .batchNormalization = call.request.operation else { return }
          // A count that stays at 1 is wrong from the second step on.
          call.memory.state[2].assumingMemoryBound(to: Int64.self).pointee = 1
        }
      }
      for precision in backend.information.precisions {
        let experiment = try SmallExperiment.make(Self.model, seed: 3, dropout: true)
        let training = try SmallExperiment.training(experiment, on: backend, precision: precision, seed: 3)
        let first = training.firstMismatch
        #expect(
          first?.finding.name == (isWrong ? "state.net.0.1.num_batches_tracked" : nil),
          "\(right.name), \(precision): \(String(describing: first))")
        #expect(first?.step == (isWrong ? 1 : nil))
      }
    }
  }
}
