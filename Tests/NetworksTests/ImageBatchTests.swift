import Backends
import Networks
import Tensors
import TestSupport
import Testing

@Suite("Images in arrays")
struct ImageBatchTests {
  private static let count = SmallNetwork.labels.count
  private static let shape = SmallNetwork.image.batched(count)

  /// Images of random bytes.
  private static let bytes: Tensor<UInt8> = {
    var generator = PhiloxGenerator(seed: 5, purpose: .testData, index: 0)
    let elements = (0..<shape.elementCount).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    return Tensor(shape: shape, elements: elements)
  }()

  @Test("bytes, intensities and numbers give the same as pointers to them", arguments: TestedBackends.names)
  func forms(backend: String) throws {
    let network = try SmallNetwork.make(TestedBackends.make(backend))
    let floats = Self.bytes.map { Float($0) / 255 }
    let expected = try Self.bytes.elements.withUnsafeBufferPointer {
      try network.predict(.bytes(#require($0.baseAddress)), count: Self.count)
    }
    for images in [
      .bytes(Self.bytes), .intensities(floats), .floats(floats), .doubles(floats.map { Double($0) }),
    ] as [ImageBatch] {
      #expect(images.shape == Self.shape)
      #expect(try network.predict(images) == expected)
    }
    #expect(try network.predict(floats) == expected)
  }

  @Test("scores and gradients are those of pointers", arguments: TestedBackends.names)
  func passes(backend: String) throws {
    let network = try SmallNetwork.make(TestedBackends.make(backend))
    let context = RunContext(isTraining: true, seed: 1, step: 2)
    let labels = SmallNetwork.labels
    let expected = try Self.bytes.elements.withUnsafeBufferPointer { pixels in
      try labels.withUnsafeBufferPointer { labels in
        let pixels = try Pixels.bytes(#require(pixels.baseAddress))
        return (
          try network.evaluate(pixels, labels: labels),
          try network.computeGradients(pixels, labels: labels, context: context)
        )
      }
    }
    let gradients = try network.gradients().map(\.tensor)
    let other = try SmallNetwork.make(TestedBackends.make(backend))
    #expect(try other.evaluate(.bytes(Self.bytes), labels: labels) == expected.0)
    #expect(try other.computeGradients(.bytes(Self.bytes), labels: labels, context: context) == expected.1)
    #expect(try other.gradients().map(\.tensor) == gradients)
  }

  @Test("images of another shape, and a different number of labels, are rejected")
  func refusals() throws {
    let network = try SmallNetwork.make(TestedBackends.make("reference"))
    let transposed = Tensor(shape: [Self.count, 3, 8, 9], elements: Self.bytes.elements)
    #expect(throws: NetworkError.self) { try network.predict(.bytes(transposed)) }
    #expect(throws: NetworkError.self) { try network.predict(.bytes(Tensor(shape: [], elements: [1]))) }
    let labels = Array(SmallNetwork.labels.dropLast())
    #expect(throws: NetworkError.self) { try network.evaluate(.bytes(Self.bytes), labels: labels) }
    #expect(throws: NetworkError.self) {
      try network.computeGradients(.bytes(Self.bytes), labels: labels, context: RunContext())
    }
  }

  @Test("no images give no output and no score")
  func empty() throws {
    let network = try SmallNetwork.make(TestedBackends.make("reference"))
    let none = ImageBatch.bytes(Tensor(shape: SmallNetwork.image.batched(0), elements: []))
    #expect(try network.predict(none) == Tensor(shape: [0, 4], elements: []))
    #expect(try network.evaluate(none, labels: []) == ClassificationScore())
    #expect(none.withPixels { _ in 1 } == nil)
  }
}
