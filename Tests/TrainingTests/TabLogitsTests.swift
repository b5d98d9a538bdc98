import Backends
import Layers
import Networks
import Tensors
import TestSupport
import Testing
import Training

/// The same weights, in each framework's layouts, give the same logits.
@Suite("The logits of a tab", .serialized)
struct TabLogitsTests {
  /// Numbers on ±bound, the high bits of a multiplicative hash of their indices; as in Tabs/make_tab_goldens.py.
  private func formula(_ stream: Int, _ shape: Shape, _ bound: Double) -> Tensor<Float> {
    let elements = (0..<shape.elementCount).map { index -> Float in
      var hash = (UInt64(index) + UInt64(stream) << 32 + 1) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 29
      hash &*= 0xBF58_476D_1CE4_E5B9
      return Float((2 * Double(hash >> 40) / Double(1 << 24) - 1) * bound)
    }
    return Tensor(shape: shape, elements: elements)
  }

  private func network(_ tab: Tab, side: Int, on backend: any Backend) throws -> Network {
    let model = try tab.choice(ModelChoice(.nin)).model(classes: 10)
    let network = try Network(
      model, image: [1, side, side], backend: backend, options: NetworkOptions(batchSizes: [2]))
    let layers = try model.resolved(for: [1, 1, side, side])
    let specifications = layers.flatMap { layer in
      layer.operation.parameters.map { (layer.parameterName($0), $0) }
    }
    try network.setParameters { name in
      let stream = try #require(specifications.firstIndex { $0.0 == name })
      let parameter = specifications[stream].1
      let weight = specifications[stream - stream % 2].1
      let bound = parameter.role == .weight ? 6 / Double(weight.fanIn) : 1 / Double(weight.fanIn)
      return formula(stream, parameter.shape, bound.squareRoot())
    }
    return network
  }

  /// Within 1e-5 of the largest: twelve convolutions in a row, with sums of up to 3,456 products, which frameworks and
  /// backends add up in different orders, and Winograd's algorithm, come to 2e-6 or less.
  @Test("are the framework's within rounding", arguments: Tab.allCases, TestedBackends.names)
  func logits(tab: Tab, backend: String) throws {
    let golden = try TabGolden(tab)
    let sides = golden.file.names.filter { $0.hasPrefix("logits.") }.compactMap { Int($0.dropFirst(7)) }
    #expect(sides.count == 2)
    for side in sides {
      var images = formula(100, [2, 1, side, side], 0.5)
      for index in images.elements.indices { images.elements[index] += 0.5 }
      let network = try network(tab, side: side, on: TestedBackends.make(backend))
      let logits = try network.predict(images).elements.map(Double.init)
      let expected = try Self.channelsFirst(golden.elements("logits.\(side)"), tab: tab)
      let scale = try #require(expected.map(abs).max())
      #expect(logits.count == expected.count && scale > 0.5 && expected.count { $0 > 0 } >= 10)
      #expect(zip(logits, expected).allSatisfy { abs($0 - $1) < 1e-5 * scale }, "\(side)")
    }
  }

  /// Logits of several positions in this package's order, channels first; Flax's have channels last.
  private static func channelsFirst(_ logits: [Double], tab: Tab) -> [Double] {
    let places = logits.count / 2 / 10
    guard tab.isChannelsLast, places > 1 else { return logits }
    return (0..<logits.count).map { index in
      let (image, channel, place) = (index / (10 * places), index / places % 10, index % places)
      return logits[image * 10 * places + place * 10 + channel]
    }
  }
}
