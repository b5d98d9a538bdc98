import Backends
import Operations
import ReferenceBackend
import Tensors
import TestSupport
import Testing
import Verification

@Suite("The plans that are judged")
struct PlanTests {
  private func judge(_ backend: any Backend, _ experiment: Experiment, _ precision: Precision = .float32)
    throws
    -> [NetworkPlan: Judgment]
  {
    let recordings = try NetworkPlan.allCases.map {
      try NetworkRecording(experiment, on: backend, precision: precision, plan: $0)
    }
    let judgments = try Referee(experiment, threads: TestedBackends.threads).judge(recordings)
    return Dictionary(uniqueKeysWithValues: zip(NetworkPlan.allCases, judgments))
  }

  @Test("every backend passes in every plan, and each plan has its own tensors", arguments: [false, true])
  func agreement(dropout: Bool) throws {
    let experiment = try SmallExperiment.make(seed: 3, dropout: dropout)
    for backend in try TestedBackends.all() {
      for precision in backend.information.precisions {
        let judgments = try judge(backend, experiment, precision)
        for (plan, judgment) in judgments {
          #expect(
            judgment.passes, "\(backend.name), \(plan): \(String(describing: judgment.firstMismatch))")
          #expect(judgment.backward.isEmpty == (plan == .prediction))
        }
        #expect(judgments[.separate]?.findings.map(\.name).sorted() == experiment.tracedNames.sorted())
      }
    }
  }

  @Test("a fused ReLU is judged with its convolution, and one behind max pooling with the pooling")
  func fusedLayers() throws {
    let judgments = try judge(Reference(threads: TestedBackends.threads), SmallExperiment.make(seed: 0))
    for plan in [NetworkPlan.training, .prediction] {
      let layers = try #require(judgments[plan]).forward.map(\.layers)
      #expect(layers.contains(["net.0.0", "net.0.1"]))
      #expect(layers.contains(["net.0.2"]) && layers.contains(["net.0.3", "net.1"]))
    }
  }

  /// Expects that a mistake in every backend is found first in some tensor of a plan, and in other plans not at all.
  private func expectCaught(
    _ tensors: [NetworkPlan: String], _ pass: @escaping @Sendable (WrongBackend.Call) throws -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for right in try TestedBackends.all() {
      var wrong = WrongBackend(right)
      wrong.spoil = pass
      for (plan, judgment) in try judge(wrong, SmallExperiment.make(seed: 2)) {
        #expect(
          judgment.firstMismatch?.name == tensors[plan], "\(right.name), \(plan)",
          sourceLocation: sourceLocation)
      }
    }
  }

  private static func isFused(_ operation: TensorOperation) -> Bool {
    if case .convolution(_, activation: .relu) = operation { true } else { false }
  }

  @Test("a fused kernel that drops the bias, where the kernel without ReLU is right")
  func droppedBias() throws {
    try expectCaught([.training: "activations.net.0.1", .prediction: "activations.net.0.1"]) { call in
      guard call.work == .forward, Self.isFused(call.request.operation), let address = call.memory.bias else {
        return try call.proceed()
      }
      let count = call.request.operation.parameters[1].shape.elementCount
      let bias = UnsafeMutableBufferPointer(
        start: address.assumingMemoryBound(to: Float.self), count: count)
      let before = Array(bias)
      bias.update(repeating: 0)
      try call.proceed()
      _ = bias.update(fromContentsOf: before)
    }
  }

  @Test("a fused backward pass without the ReLU's mask")
  func forgottenMask() throws {
    try expectCaught([.training: "gradients.net.4.0.weight"]) { call in
      if call.work == .activationGradient, Self.isFused(call.request.operation) { return }
      try call.proceed()
    }
  }

  @Test("a kernel that is wrong in prediction alone")
  func wrongPrediction() throws {
    try expectCaught([.prediction: "activations.net.0.1"]) { call in
      try call.proceed()
      guard call.work == .forward, !call.request.isTraining, Self.isFused(call.request.operation) else {
        return
      }
      call.memory.output.assumingMemoryBound(to: Float.self)[0] += 1
    }
  }
}
