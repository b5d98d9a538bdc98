import Datasets
import Tensors
import Testing
import Training

@Suite("The images of a tab")
struct TabResizeTests {
  /// An image before and after, as the framework resizes it.
  private struct Case {
    let image: [UInt8]
    let source: PixelSize
    let target: PixelSize
    let channels: Int
    let resized: [Double]
  }

  private func cases(_ tab: Tab) throws -> [Case] {
    // Those of the jax tab are read through TensorFlow.
    let file = try TabGolden(tab == .jax ? .tensorflow : tab).file
    return try file.names.filter { $0.hasPrefix("image.") }.map { name in
      let resized = "resized." + name.dropFirst("image.".count)
      let (before, after) = (try file.shape(of: name), try file.shape(of: resized))
      return Case(
        image: try file.tensor(name, as: Double.self).elements.map { UInt8($0) },
        source: PixelSize(height: before[1], width: before[2]),
        target: PixelSize(height: after[1], width: after[2]), channels: before[0],
        resized: try file.tensor(resized, as: Double.self).elements)
    }
  }

  @Test("are the framework's byte for byte", arguments: [Tab.mxnet, .pytorch])
  func bytes(tab: Tab) throws {
    let cases = try cases(tab)
    #expect(cases.count == 19)
    for golden in cases {
      let resized = try tab.resize.resized(
        golden.image, from: golden.source, to: golden.target, channels: golden.channels)
      #expect(
        resized == .bytes(golden.resized.map { UInt8($0) }),
        "\(golden.channels)×\(golden.source) to \(golden.target)")
    }
  }

  /// Equal, since each blend of two numbers rounds in the same three steps.
  ///
  /// A TensorFlow that is compiled with fused multiply-adds would round in two, and agree to within 1.2e-7: one
  /// unit in the last place of 1, for two blends in a row.
  @Test("are the framework's numbers bit for bit", arguments: [Tab.tensorflow, .jax])
  func numbers(tab: Tab) throws {
    let cases = try cases(tab)
    #expect(cases.count == 19)
    for golden in cases {
      let resized = try tab.resize.resized(
        golden.image, from: golden.source, to: golden.target, channels: golden.channels)
      guard case .intensities(let numbers) = resized else {
        Issue.record("there are bytes")
        continue
      }
      let worst = zip(numbers, golden.resized).map { abs(Double($0) - $1) }.max() ?? 1
      #expect(worst == 0, "\(golden.channels)×\(golden.source) to \(golden.target)")
    }
  }

  @Test("differ from tab to tab where an image shrinks")
  func differences() throws {
    let image = try #require(try cases(.pytorch).first { $0.source.height == 90 })
    func numbers(_ tab: Tab) throws -> [Double] {
      switch try tab.resize.resized(image.image, from: image.source, to: image.target, channels: 1) {
      case .bytes(let bytes): bytes.map { Double($0) / 255 }
      case .intensities(let intensities): intensities.map(Double.init)
      }
    }
    func distance(_ left: Tab, _ right: Tab) throws -> Double {
      try zip(numbers(left), numbers(right)).map { abs($0 - $1) }.max() ?? 0
    }
    // Antialiasing makes a large difference, rounding one of half a byte at most, and of a little more in fixed point.
    #expect(try distance(.mxnet, .pytorch) > 0.2)
    #expect(try distance(.mxnet, .tensorflow) < 1.0 / 255)
    #expect(try distance(.mxnet, .tensorflow) > 0)
    #expect(try distance(.tensorflow, .jax) == 0)
  }
}
