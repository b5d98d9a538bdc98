import AllocationCounting
import Backends
import Layers
import Networks
import Operations
import Tensors
import TestSupport

/// A network with random images, whose runs are counted once they have become steady.
struct SteadyNetwork {
  /// Models that together have all operations.
  enum Architecture: String, CaseIterable {
    case nin = "NiN"
    case everyLayer = "a network with every layer"
    case batchNormalization = "a network with batch normalization"

    var model: Sequential {
      switch self {
      case .nin: NiN(classes: 10)
      case .everyLayer:
        Sequential(
          Conv2D(6, kernel: 3, padding: 1), Sigmoid(), AvgPool2D(kernel: 2, padding: 1),
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

    /// Images computed at a time: batch normalization needs whole batches in training.
    var microBatch: Int { self == .batchNormalization ? 3 : 2 }
  }

  private let network: Network
  private let pixels: [UInt8]
  // A batch of one whole micro-batch and a part of another, except with batch normalization.
  private let labels: [Int32] = [0, 9, 3]

  init(_ architecture: Architecture, on backend: String, precision: Precision = .float32) throws {
    network = try Network(
      architecture.model, image: architecture.image,
      backend: TestedBackends.make(backend, allowsEmulation: true),
      options: NetworkOptions(
        batchSizes: [3], precision: precision, isTraining: true,
        optimizerSlots: ["velocity", "first_moment", "second_moment"], keepsAverage: true,
        microBatch: architecture.microBatch))
    try network.initialize(seed: 1)
    var generator = PhiloxGenerator(seed: 2, purpose: .testData, index: 0)
    pixels = (0..<labels.count * architecture.image.elementCount).map { _ in
      UInt8(255 * generator.nextUniform())
    }
  }

  /// Counts training steps after the first two: gradients, clipping, momentum.
  func trainingSteps() throws -> AllocationCounts {
    let rule = GradientDescentRule(learningRate: 0.01, momentum: 0.9, weightDecay: 1e-3, nesterov: true)
    return try steadyCounts { pixels, labels, step in
      _ = try network.computeGradients(
        pixels, labels: labels, context: RunContext(isTraining: true, seed: 1, step: step))
      try network.update(rule, maximumNorm: 1)
    }
  }

  /// Counts steps of AdamW on smoothed labels after the first two, with a new learning rate in each, and an average
  /// that is updated and evaluated.
  func adamWSteps() throws -> AllocationCounts {
    let loss = Loss.crossEntropy(labelSmoothing: 0.1)
    return try steadyCounts { pixels, labels, step in
      _ = try network.computeGradients(
        pixels, labels: labels, context: RunContext(isTraining: true, seed: 1, step: step), loss: loss)
      let rule = AdamWRule(learningRate: 0.001 / Double(step + 1))
      try network.update(.adamW(rule), step: step, maximumNorm: 1)
      try network.updateAverage(decay: 0.9)
      try network.exchangeAverage()
      _ = try network.evaluate(pixels, labels: labels, loss: loss)
      try network.exchangeAverage()
    }
  }

  /// Counts steps with a custom rule and a custom loss, after the first two.
  func customSteps() throws -> AllocationCounts {
    let (rule, loss) = (UpdateRule.custom(SignDescent()), Loss.custom(CrossEntropy()))
    return try steadyCounts { pixels, labels, step in
      _ = try network.computeGradients(
        pixels, labels: labels, context: RunContext(isTraining: true, seed: 1, step: step), loss: loss)
      try network.update(rule, step: step, maximumNorm: 1)
    }
  }

  /// Counts evaluations after the first two.
  func evaluations() throws -> AllocationCounts {
    try steadyCounts { pixels, labels, _ in _ = try network.evaluate(pixels, labels: labels) }
  }

  /// Counts predictions into the caller's memory, after the first two.
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

/// Sign descent with momentum.
private struct SignDescent: CustomUpdateRule {
  let slots = ["velocity"]

  func update(_ element: inout UpdatedElement, _ context: UpdateContext) {
    element.slots.0 = 0.9 * element.slots.0 + element.gradient
    element.value -= element.slots.0 > 0 ? 1e-4 : -1e-4
  }
}

/// Cross entropy.
private struct CrossEntropy: CustomLoss {
  func score(_ call: CustomLossCall) -> ClassificationScore {
    var score = ClassificationScore(correct: call.correctCount, count: call.count)
    for row in 0..<call.count {
      let (softmax, gradient) = (call.softmax(row), call.gradient(row))
      score.lossSum -= Double(softmax.logarithm(call.label(row)))
      for index in 0..<call.classes {
        let target: Float = index == call.label(row) ? 1 : 0
        gradient?[index] = (softmax[index] - target) / Float(call.imagesOfBatch)
      }
    }
    return score
  }
}
