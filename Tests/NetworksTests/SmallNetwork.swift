import Backends
import Layers
import Networks
import Operations
import Tensors
import TestSupport

/// A small network that has each kind of parameter, for the tests of updates.
enum SmallNetwork {
  /// Channels that fill no vector, so that blocked layouts are padded.
  static let model = Sequential(
    Conv2D(5, kernel: 3, padding: 1), ReLU(), Conv2D(18, kernel: 3, hasBias: false), BatchNorm2D(), ReLU(),
    MaxPool2D(kernel: 2), Conv2D(7, kernel: 1), ReLU(), Flatten(), Dense(9), Dense(4))
  static let image: Shape = [3, 9, 8]
  static let labels: [Int32] = [0, 1, 2, 3, 1, 2, 0]
  static let images = TestImages.random(image.batched(labels.count), seed: 3)

  static func make(
    _ backend: any Backend, _ precision: Precision = .float32, isTraining: Bool = true,
    optimizerSlots: [String] = [], frozen: Set<String> = [], keepsAverage: Bool = false,
    microBatch: Int? = nil
  ) throws -> Network {
    let network = try Network(
      model, image: image, backend: backend,
      options: NetworkOptions(
        batchSizes: [labels.count], precision: precision, isTraining: isTraining,
        optimizerSlots: optimizerSlots, frozen: frozen, keepsAverage: keepsAverage, microBatch: microBatch))
    try network.initialize(Initialization(weights: .heUniform, biases: .fanInUniform), seed: 11)
    return network
  }

  /// All backends in float32, and those that support it in float64.
  static func all() throws -> [(backend: any Backend, precision: Precision)] {
    try TestedBackends.all().flatMap { backend in
      backend.information.precisions.filter { $0 != .bfloat16 }.map { (backend, $0) }
    }
  }
}

extension Network {
  /// Computes the gradients of the small network's batch.
  @discardableResult
  func computeGradients(step: Int = 0, loss: Loss = .crossEntropy(labelSmoothing: 0)) throws
    -> ClassificationScore
  {
    try computeGradients(
      .floats(SmallNetwork.images), labels: SmallNetwork.labels,
      context: RunContext(isTraining: true, seed: 1, step: step), loss: loss)
  }

  /// Evaluates the small network's batch.
  func evaluate(loss: Loss = .crossEntropy(labelSmoothing: 0)) throws -> ClassificationScore {
    try evaluate(.floats(SmallNetwork.images), labels: SmallNetwork.labels, loss: loss)
  }

  /// All parameters in float64, by name.
  func doubleParameters() throws -> [String: Tensor<Double>] {
    Dictionary(
      uniqueKeysWithValues: try parameters(as: Double.self).map { ($0.name, $0.tensor) })
  }
}

/// Whether the elements of two tensors are equal up to rounding.
func isNear(_ actual: Tensor<Double>, _ expected: Tensor<Double>, within tolerance: Double) -> Bool {
  zip(actual.elements, expected.elements).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
}
