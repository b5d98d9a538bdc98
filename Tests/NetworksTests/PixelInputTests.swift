import Layers
import Networks
import Tensors
import TestSupport
import Testing

@Suite("The pixels of a network")
struct PixelInputTests {
  private let model = Sequential(Conv2D(3, kernel: 3), GlobalAvgPool2D(), Flatten())
  private let normalization = Normalization(mean: [0.3, 0.5], deviation: [0.2, 0.4])

  /// The intensity of a byte is the number that the byte is divided by 255.
  @Test("as intensities are normalized like bytes", arguments: TestedBackends.names)
  func intensities(backend: String) throws {
    var generator = PhiloxGenerator(seed: 1, purpose: .testData, index: 0)
    let bytes = (0..<5 * 2 * 6 * 6).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    let network = try Network(
      model, image: [2, 6, 6], backend: TestedBackends.make(backend),
      options: NetworkOptions(batchSizes: [5], microBatch: 2), normalization: normalization)
    try network.initialize(seed: 0)
    let fromBytes = try bytes.withUnsafeBufferPointer {
      try network.predict(.bytes(#require($0.baseAddress)), count: 5)
    }
    let fromIntensities = try bytes.map { Float($0) / 255 }.withUnsafeBufferPointer {
      try network.predict(.intensities(#require($0.baseAddress)), count: 5)
    }
    #expect(fromBytes == fromIntensities && fromBytes.elements.contains { $0 != 0 })
  }
}
