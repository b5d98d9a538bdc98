import Backends
import Datasets
import Networks
import Tensors
import TestSupport
import Testing
import Training

@Suite("Custom training loops")
struct LabeledBatchTests {
  private func network(_ backend: String, image: Shape = [1, 12, 12]) throws -> Network {
    let network = try Network(
      SmallTraining.model, image: image, backend: TestedBackends.make(backend),
      options: NetworkOptions(batchSizes: [8], isTraining: true))
    try network.initialize(seed: 1)
    return network
  }

  @Test(
    "the batches of a loader are evaluated as by evaluate, whether bytes or intensities",
    arguments: TestedBackends.names)
  func evaluation(backend: String) throws {
    let images = try SmallTraining.images(21)
    let network = try network(backend)
    for method in [ResizeMethod.pillow, .tensorFlow] {
      let loader = try BatchLoader(images: images, size: PixelSize(square: 12), method: method, batchSize: 8)
      var score = ClassificationScore()
      while let batch = try loader.next() { score += try network.evaluate(batch) }
      #expect(score == (try evaluate(network, on: images, resize: method, batchSize: 8)))
      #expect(score.count == 21)
    }
  }

  @Test(
    "steps over a loader's batches are those over the same images in arrays", arguments: TestedBackends.names)
  func training(backend: String) throws {
    let images = try SmallTraining.images(24)
    let (network, other) = (try network(backend), try network(backend))
    let rule = GradientDescentRule(learningRate: 0.1)
    let size = PixelSize(square: 12)
    let loader = try BatchLoader(images: images, size: size, batchSize: 8)
    while let batch = try loader.next() {
      let context = RunContext(isTraining: true, seed: 0, step: batch.index)
      let score = try network.computeGradients(batch, context: context)
      try network.update(rule)
      let indices = 8 * batch.index..<8 * batch.index + 8
      let arrays = try ImageBatch(
        indices.map { try images.image(at: $0, resizedTo: size, by: .pillow) }, image: [1, 12, 12])
      let labels = Array(images.labels[indices])
      #expect(try other.computeGradients(arrays, labels: labels, context: context) == score)
      try other.update(rule)
    }
    #expect(try network.parameters().map(\.tensor) == other.parameters().map(\.tensor))
  }

  @Test(
    "a loader for each epoch gives its shuffled images, and rules with slots train over all epochs",
    arguments: [
      .gradientDescent(GradientDescentRule(learningRate: 0.05, momentum: 0.9)),
      .adamW(AdamWRule(learningRate: 0.01)),
    ] as [UpdateRule])
  func epochs(rule: UpdateRule) throws {
    let images = try SmallTraining.images(22)
    let network = try Network(
      SmallTraining.model, image: [1, 12, 12], backend: TestedBackends.make(TestedBackends.fastest),
      options: NetworkOptions(batchSizes: [8], isTraining: true, optimizerSlots: rule.slots))
    try network.initialize(seed: 1)
    var step = 0
    var orders: [[Int32]] = []
    for epoch in 0..<2 {
      let shuffled = images.shuffled(seed: UInt64(epoch))
      let before = try network.parameters().map(\.tensor)
      let loader = try BatchLoader(images: shuffled, size: PixelSize(square: 12), batchSize: 8)
      var labels: [Int32] = []
      while let batch = try loader.next() {
        labels += batch.labels
        try network.computeGradients(batch, context: RunContext(isTraining: true, seed: 0, step: step))
        try network.update(rule, step: step)
        step += 1
      }
      #expect(labels == shuffled.labels && labels.sorted() == images.labels.sorted())
      #expect(try network.parameters().map(\.tensor) != before)
      orders.append(labels)
    }
    #expect(step == 6 && orders[0] != orders[1])
  }

  @Test("a batch of another size is rejected")
  func otherSize() throws {
    let network = try network("reference", image: [1, 14, 14])
    let loader = try BatchLoader(
      images: SmallTraining.images(4), size: PixelSize(square: 12), batchSize: 4)
    let batch = try #require(try loader.next())
    #expect(throws: NetworkError.self) { try network.evaluate(batch) }
    #expect(throws: NetworkError.self) { try network.computeGradients(batch, context: RunContext()) }
  }

  @Test("resized images are joined in order, and images that do not match are rejected")
  func joined() throws {
    let images = [[1, 2], [3, 4], [5, 6]].map { ResizedImage.bytes($0) }
    #expect(
      try ImageBatch(images, image: [1, 2, 1])
        == .bytes(Tensor(shape: [3, 1, 2, 1], elements: [1, 2, 3, 4, 5, 6])))
    #expect(
      try ImageBatch([.intensities([0.5])], image: [1, 1, 1])
        == .intensities(Tensor(shape: [1, 1, 1, 1], elements: [0.5])))
    #expect(throws: TrainingError.self) { try ImageBatch(images, image: [1, 3, 1]) }
    #expect(throws: TrainingError.self) {
      try ImageBatch(images + [.intensities([0, 0])], image: [1, 2, 1])
    }
  }
}
