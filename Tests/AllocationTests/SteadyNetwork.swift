import AllocationCounting
import Backends
import Layers
import Networks
import Operations
import Tensors
import TestSupport

/// A network with random images, whose runs are counted once they have become steady.
struct SteadyNetwork {
  /// Models that have all operations between them.
  enum Architecture: String, CaseIterable {
    case nin = "NiN"
    case everyLayer = "a network with every layer"
    case batchNormalization = "a network with batch normalization"

    var model: Sequential {
      switch self {
      case .nin: NiN(classes: 10)
      case .everyLayer:
        Sequential(
          Conv2D(8, kernel: 3, padding: 1), ReLU(), AvgPool2D(kernel: 2, padding: 1),
          Conv2D(16, kernel: Extent2D(3, 2), groups: 2, hasBias: false), MaxPool2D(kernel: 2), Flatten(),
          Dense(12), ReLU(), Dropout(0.3), Dense(10, hasBias: false))
      case .batchNormalization:
        Sequential(
          Conv2D(18, kernel: 3, padding: 1, hasBias: false), BatchNorm2D(), ReLU(), MaxPool2D(kernel: 2),
          BatchNorm2D(), Conv2D(10, kernel: 1), BatchNorm2D(), GlobalAvgPool2D(), Flatten())
      }
    }

    var image: Shape {
      switch self {
      case .nin: [1, 67, 67]
      case .everyLayer, .batchNormalization: [3, 14, 13]
      }
    }

    /// Images computed at a time: batch normalization takes a batch as a whole in training.
    var microBatch: Int { self == .batchNormalization ? 3 : 2 }
  }

  private let network: Network
  private let pixels: [UInt8]
  // A batch of one whole micro-batch and a part of another, but with batch normalization.
  private let labels: [Int32] = [0, 9, 3]

  init(_ architecture: Architecture, on backend: String, precision: Precision = .float32) throws {
    network = try Network(
      architecture.model, image: architecture.image,
      backend: TestedBackends.make(backend, allowsEmulation: true),
      options: NetworkOptions(
        batchSizes: [3], precision: precision, isTraining: true, hasMomentum: true,
        microBatch: architecture.microBatch))
    try network.initialise(seed: 1)
    var generator = PhiloxGenerator(seed: 2, purpose: .synthesis, index: 0)
    pixels = (0..<labels.count * architecture.image.elementCount).map { _ in
      UInt8(255 * generator.nextUniform())
    }
  }

  /// Counts training steps after the first two: gradients, clipping, momentum.
  func trainingSteps() throws -> AllocationCounts {
    let rule = GradientDescentRule(learningRate: 0.01, momentum: 0.9, weightDecay: 1e-3, nesterov: true)
    return try steadyCounts { pixels, labels, step in
      _ = try network.computeGradients(
        pixels, labels: labels, pass: Pass(isTraining: true, seed: 1, step: step))
      try network.update(rule, maximumNorm: 1)
    }
  }

  /// Counts evaluations after the first two.
  func evaluations() throws -> AllocationCounts {
    try steadyCounts { pixels, labels, _ in _ = try network.evaluate(pixels, labels: labels) }
  }

  /// Counts predictions into memory of the caller's, after the first two.
  func predictions() throws -> AllocationCounts {
    var logits = [Float](repeating: 0, count: network.outputShape(labels.count).elementCount)
    return try logits.withUnsafeMutableBufferPointer { logits in
      try steadyCounts { pixels, labels, _ in
        try network.predict(pixels, count: labels.count, into: logits)
      }
    }
  }

  private func steadyCounts(
    _ run: (Pixels, UnsafeBufferPointer<Int32>, _ step: Int) throws -> Void
  ) throws -> AllocationCounts {
    try pixels.withUnsafeBufferPointer { pixels in
      try labels.withUnsafeBufferPointer { labels in
        guard let first = pixels.baseAddress else { return AllocationCounter.counts {} }
        for step in 0..<2 { try run(.bytes(first), labels, step) }
        return try AllocationCounter.counts {
          for step in 2..<4 { try run(.bytes(first), labels, step) }
        }
      }
    }
  }
}
