import Backends
import Layers
import Operations
import Tensors
import TestSupport
import Testing

@testable import Networks

/// A network with batch normalization compared with PyTorch's, which `make_batch_norm_goldens.py` ran in float64.
///
/// Tolerances: float64 repeats the same sums in another order, some 10⁻¹³; float32 rounds each of a few hundred terms
/// by 6·10⁻⁸ and divides by deviations of about 0.3, and five steps propagate that: 2·10⁻⁵ of the largest element. In
/// bf16 a number has 8 bits, and logits are the sum of three layers': 5 in a hundred.
@Suite("Batch normalization in a network")
struct BatchNormTests {
  private let golden: SafetensorsFile
  private let image: Shape = [2, 11, 10]
  private let model = Sequential(
    Conv2D(5, kernel: 3, padding: 1, hasBias: false), BatchNorm2D(), ReLU(), MaxPool2D(kernel: 2),
    Conv2D(18, kernel: 3, stride: 2), BatchNorm2D(epsilon: 1e-3, momentum: 0.3), ReLU(),
    Conv2D(4, kernel: 1), BatchNorm2D(), GlobalAvgPool2D(), Flatten())

  init() throws {
    golden = try Golden.file("batch-norm.safetensors")
  }

  private func network(
    _ backend: any Backend, _ precision: Precision, isTraining: Bool, keepsActivations: Bool = false
  ) throws -> Network {
    let network = try Network(
      model, image: image, backend: backend,
      options: NetworkOptions(
        batchSizes: [6], precision: precision, isTraining: isTraining, optimizerSlots: ["velocity"],
        keepsActivations: keepsActivations))
    try network.setParameters { try golden.tensor("before.\($0)", as: Double.self) }
    try network.setState { try golden.tensor("before.\($0)", as: Double.self) }
    return network
  }

  private func images() throws -> Tensor<Float> { try golden.tensor("images", as: Float.self) }
  private func labels() throws -> [Int32] {
    try golden.tensor("labels", as: Float.self).elements.map { Int32($0) }
  }

  private func expectNear(
    _ actual: Tensor<Double>, _ name: String, within tolerance: Double, _ subject: String,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let expected = try golden.tensor(name, as: Double.self)
    let largest = expected.elements.reduce(0.01) { max($0, abs($1)) }
    let error = zip(actual.elements, expected.elements).reduce(0) { max($0, abs($1.0 - $1.1)) } / largest
    #expect(error <= tolerance, "\(subject), \(name): \(error)", sourceLocation: location)
  }

  private func tolerance(_ precision: Precision) -> Double {
    switch precision {
    case .float64: 1e-11
    case .float32: 2e-5
    case .bfloat16: 5e-2
    }
  }

  @Test(
    "predicts as PyTorch does, folded into its convolutions and by itself", arguments: TestedBackends.names)
  func prediction(backend: String) throws {
    let backend = try TestedBackends.make(backend)
    for precision in backend.information.precisions {
      for keepsActivations in [false, true] {
        let network = try network(
          backend, precision, isTraining: false, keepsActivations: keepsActivations)
        let folds = network.rewrites.count { $0.name == FoldBatchNormalization().name }
        #expect(folds == (keepsActivations ? 0 : 3))
        try expectNear(
          network.predict(images()).map { Double($0) }, "logits.eval",
          // A prediction is returned in float32.
          within: max(tolerance(precision), 1e-6), "\(backend.name), \(precision)")
        // The folded parameters are still available under their names.
        try expectNear(
          network.parameter("net.0.weight", as: Double.self), "before.net.0.weight", within: 1e-7,
          backend.name)
        #expect(network.state().map(\.tensor.elements.count) == [5, 5, 1, 18, 18, 1, 4, 4, 1])
      }
    }
  }

  @Test("changes its prediction when its parameters or its state change", arguments: TestedBackends.names)
  func refolding(backend: String) throws {
    let network = try network(TestedBackends.make(backend), .float32, isTraining: false)
    let before = try network.predict(images())
    try network.setState { try golden.tensor("after.\($0)", as: Double.self) }
    #expect(try network.predict(images()) != before)
    try network.setParameters { try golden.tensor("after.\($0)", as: Double.self) }
    try expectNear(
      network.predict(images()).map { Double($0) }, "logits.after", within: tolerance(.float32), backend)
  }

  @Test(
    "has PyTorch's gradients, with the batch's statistics and with the running ones",
    arguments: TestedBackends.names)
  func gradients(backend: String) throws {
    let backend = try TestedBackends.make(backend)
    for precision in backend.information.precisions where precision != .bfloat16 {
      for (name, isTraining) in [("train", true), ("eval", false)] {
        let network = try network(backend, precision, isTraining: true)
        let before = network.state().map(\.tensor)
        _ = try network.computeGradients(
          images(), labels: labels(), context: RunContext(isTraining: isTraining))
        for parameter in network.parameterShapes {
          // The bias of a convolution before a normalization has a gradient of 0, which leaves only rounding.
          if isTraining, ["net.4.bias", "net.7.bias"].contains(parameter.name) { continue }
          try expectNear(
            network.gradient(parameter.name, as: Double.self), "gradients.\(name).\(parameter.name)",
            within: tolerance(precision), "\(backend.name), \(precision)")
        }
        #expect((network.state().map(\.tensor) == before) == !isTraining)
      }
    }
  }

  @Test("trains as PyTorch does, running statistics and count included", arguments: TestedBackends.names)
  func training(backend: String) throws {
    let backend = try TestedBackends.make(backend)
    for precision in backend.information.precisions where precision != .bfloat16 {
      let network = try network(backend, precision, isTraining: true)
      let losses = try golden.tensor("losses", as: Double.self).elements
      for loss in losses {
        let score = try network.computeGradients(
          images(), labels: labels(), context: RunContext(isTraining: true))
        #expect(abs(score.loss - loss) <= tolerance(precision), "\(backend.name), \(precision)")
        // PyTorch decays all parameters by default.
        try network.update(
          GradientDescentRule(
            learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3, decaysEverything: true))
      }
      for (name, values) in network.state() {
        try expectNear(values, "after.\(name)", within: tolerance(precision), "\(backend.name), \(precision)")
      }
      #expect(network.state().last?.tensor.elements == [Double(losses.count)])
    }
  }

  @Test(
    "normalizes by the statistics of the batch, whatever its parts",
    arguments: TestedBackends.fastNames)
  func parts(backend: String) throws {
    let backend = try TestedBackends.make(backend)
    func trained(_ microBatch: Int) throws -> [Tensor<Double>] {
      let network = try Network(
        model, image: image, backend: backend,
        options: NetworkOptions(batchSizes: [6], isTraining: true, microBatch: microBatch))
      try network.setParameters { try golden.tensor("before.\($0)", as: Double.self) }
      try network.setState { try golden.tensor("before.\($0)", as: Double.self) }
      let score = try network.computeGradients(
        images(), labels: labels(), context: RunContext(isTraining: true))
      return try network.gradients().map { $0.tensor.map { Double($0) } } + network.state().map(\.tensor)
        + [Tensor(shape: [1], elements: [score.loss])]
    }
    let whole = try trained(6)
    for microBatch in [1, 2, 4] {
      for (divided, whole) in zip(try trained(microBatch), whole) {
        for (actual, expected) in zip(divided.elements, whole.elements) {
          #expect(abs(actual - expected) <= tolerance(.float32), "parts of \(microBatch)")
        }
      }
    }
  }

  @Test("uses whole batches if the backend's kernel does not return sums of a part")
  func wholeBatches() throws {
    let backend = try TestedBackends.make("reference")
    func make(isTraining: Bool) throws -> Network {
      try Network(
        model, image: image, backend: backend,
        options: NetworkOptions(batchSizes: [6], isTraining: isTraining, microBatch: 2))
    }
    #expect(throws: NetworkError.self) { try make(isTraining: true) }
    #expect(try make(isTraining: false).microBatch == 2)
    #expect(try network(backend, .float32, isTraining: true).microBatch == 6)
  }

  @Test(
    "refuses to train on a single value of a channel, as PyTorch does, but predicts",
    arguments: TestedBackends.names)
  func singleValue(backend: String) throws {
    let network = try Network(
      Sequential(BatchNorm2D(), Flatten()), image: [3, 1, 1], backend: TestedBackends.make(backend),
      options: NetworkOptions(batchSizes: [2, 1], isTraining: true))
    try network.initialize(seed: 0)
    let images = TestImages.random([2, 3, 1, 1], seed: 1)
    _ = try network.computeGradients(images, labels: [0, 1], context: RunContext(isTraining: true))
    let one = TestImages.random([1, 3, 1, 1], seed: 1)
    #expect(throws: NetworkError.self) {
      try network.computeGradients(one, labels: [0], context: RunContext(isTraining: true))
    }
    _ = try network.computeGradients(one, labels: [0], context: RunContext())
    _ = try network.predict(one)
  }
}
