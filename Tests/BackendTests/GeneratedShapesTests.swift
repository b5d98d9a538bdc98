import BackendConformance
import Operations
import Testing

@Suite("Generated shapes")
struct GeneratedShapesTests {
  @Test("have every awkward feature, with any seed", arguments: [0, 1, 2026] as [UInt64])
  func features(seed: UInt64) {
    var shapes = GeneratedShapes(seed: seed)
    for feature in ShapeFeature.allCases {
      #expect(feature.holds(for: shapes.convolution(with: feature)), "\(feature)")
      #expect(feature.holds(for: shapes.maxPooling(with: feature)), "\(feature)")
      #expect(feature.holds(for: shapes.averagePooling(with: feature)), "\(feature)")
    }
  }

  @Test("are the same for the same seed")
  func repeatability() {
    func some(_ seed: UInt64) -> [TensorOperation] {
      var shapes = GeneratedShapes(seed: seed)
      return ShapeFeature.allCases.map { shapes.convolution(with: $0) }
    }
    #expect(some(3) == some(3))
    #expect(some(3) != some(4))
  }

  @Test("have the feature that they are named after")
  func meaning() throws {
    func convolution(_ window: SlidingWindow, groups: Int = 1) throws -> TensorOperation {
      .convolution(
        try ConvolutionGeometry(input: [1, 6, 6, 9], outputChannels: 6, window: window, groups: groups),
        activation: nil)
    }
    let plain = try convolution(SlidingWindow(kernel: 3))
    let absent: [ShapeFeature] = [
      .singleRow, .strideBeyondKernel, .fullPadding, .unevenPadding, .dilation, .groups, .depthwise,
      .singleOutput, .leftovers, .channels(3), .batch(2),
    ]
    #expect(absent.allSatisfy { !$0.holds(for: plain) })
    #expect(ShapeFeature.notSquare.holds(for: plain))
    #expect(ShapeFeature.depthwise.holds(for: try convolution(SlidingWindow(kernel: 3), groups: 6)))
    #expect(ShapeFeature.groups.holds(for: try convolution(SlidingWindow(kernel: 3), groups: 3)))
    #expect(ShapeFeature.leftovers.holds(for: try convolution(SlidingWindow(kernel: 3, stride: 4))))
    #expect(ShapeFeature.fullPadding.holds(for: try convolution(SlidingWindow(kernel: 3, padding: 2))))
  }
}
