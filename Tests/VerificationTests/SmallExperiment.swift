import Backends
import Layers
import Operations
import Tensors
import TestSupport
import Verification

/// Networks and images that are judged within milliseconds, all drawn from a seed.
enum SmallExperiment {
  /// All that NiN has, in small: a ReLU that is fused, one that is moved behind pooling, 1×1 and 5×5 layers,
  /// dropout, and a last block without one.
  static let model = Sequential(
    Sequential(Conv2D(12, kernel: 5, padding: 2), ReLU(), Conv2D(16, kernel: 1), ReLU()),
    MaxPool2D(kernel: 3, stride: 2),
    Sequential(Conv2D(16, kernel: 3, padding: 1), ReLU(), Conv2D(16, kernel: 1), ReLU()),
    Dropout(0.5),
    Sequential(Conv2D(10, kernel: 3, padding: 1), ReLU(), Conv2D(10, kernel: 1)),
    GlobalAvgPool2D(), Flatten())

  static let image: Shape = [2, 11, 9]

  static func make(
    _ model: Sequential = model, image: Shape = image, seed: UInt64, count: Int = 5, dropout: Bool = false
  ) throws -> Experiment {
    let (images, labels) = batch(image, seed: seed, step: 0, count: count)
    var parameters: [String: Tensor<Double>] = [:]
    for layer in try model.resolved(for: images.shape) {
      for specification in layer.operation.parameters {
        let name = layer.parameterName(specification)
        parameters[name] = Initialization(weights: .heUniform, biases: .fanInUniform).values(
          for: specification, name: name, index: parameters.count, seed: seed
        ).map { Double($0) }
      }
    }
    return try Experiment(
      model, images: images, labels: labels, parameters: parameters,
      context: RunContext(isTraining: dropout, seed: seed))
  }

  /// Random images from 0 to 1 and random classes.
  static func batch(_ image: Shape, seed: UInt64, step: Int, count: Int) -> (Tensor<Double>, [Int32]) {
    var generator = PhiloxGenerator(seed: seed, purpose: .testData, index: step)
    let shape = image.batched(count)
    let pixels = (0..<shape.elementCount).map { _ in Double(Float(generator.nextUniform())) }
    let labels = (0..<count).map { _ in Int32(generator.nextUniform() * 10) }
    return (Tensor(shape: shape, elements: pixels), labels)
  }

  /// The defaults are those of `nin verify --train`.
  static let rule = GradientDescentRule(learningRate: 0.01, momentum: 0.9, weightDecay: 5e-4)

  static func training(
    _ experiment: Experiment, on backend: any Backend, precision: Precision = .float32, seed: UInt64,
    updates: Int = 4, rule: UpdateRule = .gradientDescent(rule)
  ) throws -> JudgedTraining {
    try JudgedTraining(
      experiment, on: backend, precision: precision, updates: updates, rule: rule,
      threads: TestedBackends.threads
    ) { batch(experiment.image, seed: seed, step: $0, count: experiment.labels.count) }
  }
}
