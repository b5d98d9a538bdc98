import Foundation
import Layers
import Networks
import Operations
import ReferenceBackend
import Tensors
import TestSupport
import Testing

@testable import FeatureMaps

@Suite("Activations and filters")
struct FeatureTests {
  private static let model = Sequential(
    Sequential(Conv2D(4, kernel: 3), ReLU()), MaxPool2D(kernel: 2), GlobalAvgPool2D(), Flatten())

  private func layers(_ model: Sequential = model) throws -> [ResolvedLayer] {
    try model.resolved(for: SampleNetwork.image.batched(1))
  }

  private func features(_ name: String, on backend: String) throws -> LayerFeatures {
    let network = try SampleNetwork.make(
      Self.model, on: TestedBackends.make(backend), options: NetworkOptions(keepsActivations: true))
    let layer = try LayerFeatures.layer(name, of: layers())
    return try SampleNetwork.images(1).withPixels { try LayerFeatures(of: layer, for: $0, by: network) }
  }

  @Test("are those that the network keeps, on every backend", arguments: TestedBackends.names)
  func activations(backend: String) throws {
    let network = try SampleNetwork.make(
      Self.model, on: TestedBackends.make(backend), options: NetworkOptions(keepsActivations: true))
    let kept = try network.activations(SampleNetwork.images(1))
    for name in ["net.0.0", "net.0.1", "net.1", "net.2"] {
      let values = try #require(kept.first { $0.name == name }).values
      let features = try features(name, on: backend)
      #expect(features.maps.count == 4 && features.layer == name)
      #expect(features.maps.flatMap(\.values) == values.elements.map { Double($0) })
    }
  }

  @Test("are found by the layer's name, and filters by the network")
  func byName() throws {
    let network = try SampleNetwork.make(
      Self.model, on: Reference(), options: NetworkOptions(keepsActivations: true))
    let named = try SampleNetwork.images(1).withPixels {
      try LayerFeatures(of: "net.0", for: $0, by: network)
    }
    #expect(try named == features("net.0.1", on: "reference"))
    #expect(throws: NetworkError.self) {
      try SampleNetwork.images(1).withPixels { try LayerFeatures(of: "net.3", for: $0, by: network) }
    }
    let filters = try FirstFilters(layers()) { try network.parameter($0, as: Double.self) }
    #expect(try FirstFilters(of: network) == filters)
  }

  @Test("a block is its last layer; unknown layers and those without maps name those that have maps")
  func names() throws {
    #expect(try LayerFeatures.layer("net.0", of: layers()).name == "net.0.1")
    #expect(try LayerFeatures.layer("net.0.0", of: layers()).name == "net.0.0")
    for (name, part) in [("net.7", "no layer 'net.7'"), ("net.3", "net.3 (Flatten)"), ("", "''")] {
      let error = #expect(throws: NetworkError.self) { try LayerFeatures.layer(name, of: layers()) }
      let line = error?.description ?? ""
      #expect(line.contains(part) && line.contains("net.0.0, net.0.1, net.1, net.2"), "\(line)")
      guard case .unknownName(name, ["net.0.0", "net.0.1", "net.1", "net.2"], _) = error else {
        Issue.record("\(line)")
        continue
      }
    }
  }

  @Test("a layer that is computed within a later one is rejected, not mistaken for another")
  func fused() throws {
    let model = Sequential(Sequential(Conv2D(4, kernel: 3), ReLU()), GlobalAvgPool2D(), Flatten())
    let network = try SampleNetwork.make(model, on: Reference())
    let layer = try LayerFeatures.layer("net.0.0", of: layers(model))
    let isFused = !network.rewrites.isEmpty
    let result = Result {
      try SampleNetwork.images(1).withPixels { try LayerFeatures(of: layer, for: $0, by: network) }
    }
    if isFused {
      #expect(throws: NetworkError.self) { try result.get() }
    } else {
      #expect(try result.get().maps.count == 4)
    }
  }

  @Test("a backend does not differ from itself", arguments: TestedBackends.names)
  func same(backend: String) throws {
    let comparison = FeatureComparison(
      try features("net.0.0", on: backend), try features("net.0.0", on: backend))
    #expect(comparison.differences.allSatisfy { $0.values.allSatisfy { $0 == 0 } })
    #expect(comparison.largestDifference == 0 && comparison.magnification == nil)
    #expect(comparison.summary.contains("no difference"))
  }

  @Test("backends differ by roundings, which are magnified to the size of the activations")
  func different() throws {
    for backend in TestedBackends.fastNames {
      let comparison = FeatureComparison(
        try features("net.0.0", on: "reference"), try features("net.0.0", on: backend))
      #expect(comparison.largestActivation > 0.1 && comparison.largestDifference < 1e-5)
      guard let magnification = comparison.magnification else { continue }
      #expect(
        abs(magnification * comparison.largestDifference - comparison.largestActivation)
          < 1e-9 * comparison.largestActivation)
    }
  }

  @Test("filters are the first convolution's weights from 0 to 1, with 0 at one half")
  func filters() throws {
    let network = try SampleNetwork.make(Self.model, on: Reference())
    let filters = try FirstFilters(layers(), parameter: { try network.parameter($0, as: Double.self) })
    let weights = try network.parameter("net.0.0.weight", as: Double.self)
    #expect(filters.layer == "net.0.0" && filters.weights == weights)
    #expect(filters.count == 4 && filters.channels == 2 && filters.kernel == 3)
    #expect((0..<4).flatMap(filters.planes).flatMap(\.values) == weights.elements)
    let limit = try #require(weights.elements.map(abs).max())
    #expect(filters.limit(2, .common) == limit)
    #expect(filters.limit(2, .own) == filters.planes(2).flatMap(\.values).map(abs).max())
    for (index, plane) in (0..<4).flatMap(filters.planes).enumerated() {
      let shares = FirstFilters.normalized(plane, limit: limit).values
      for (share, weight) in zip(shares, weights.elements[index * 9..<index * 9 + 9]) {
        #expect((0...1).contains(share) && abs(share - (weight / limit + 1) / 2) < 1e-12)
      }
    }
    let zero = Plane(height: 1, width: 2, values: [0, 0])
    #expect(FirstFilters.normalized(zero, limit: 0).values == [0.5, 0.5])
  }

  @Test("filters of three channels are colors, each weight a square of pixels")
  func colors() throws {
    let model = Sequential(Conv2D(6, kernel: 11), ReLU(), GlobalAvgPool2D(), Flatten())
    let image: Shape = [3, 12, 12]
    let network = try SampleNetwork.make(model, on: Reference(), image: image)
    let filters = try FirstFilters(
      model.resolved(for: image.batched(1)), parameter: { try network.parameter($0, as: Double.self) })
    let panel = try #require(filters.sheet().strips.first?.panels.first)
    #expect(panel.tiles.count == 6 && panel.scale == nil)
    let limit = filters.limit(0, .common)
    for (index, tile) in panel.tiles.enumerated() {
      #expect(tile.raster.height == 88 && tile.raster.width == 88)
      let shares = filters.planes(index).map { FirstFilters.normalized($0, limit: limit) }
      for (row, column) in [(0, 0), (3, 7), (10, 10)] {
        let color = RGB(
          shares: shares[0][row, column], shares[1][row, column], shares[2][row, column])
        #expect(tile.raster[8 * row, 8 * column] == color)
        #expect(tile.raster[8 * row + 7, 8 * column + 7] == color)
      }
    }
  }

  @Test("all notes of filters are shown in full, with the numbers of their scale", arguments: [1, 3])
  func filterNotes(channels: Int) throws {
    let image: Shape = [channels, 12, 12]
    let model = Sequential(Conv2D(2, kernel: 3), GlobalAvgPool2D(), Flatten())
    let filters = try FirstFilters(of: SampleNetwork.make(model, on: Reference(), image: image))
    for scaling in [FirstFilters.Scaling.common, .own] {
      let sheet = filters.sheet(scaling)
      let texts = ParsedMarkup(try sheet.svg().document).texts(of: "text")
      #expect(sheet.notes.allSatisfy(texts.contains))
      let words = (sheet.notes.last ?? "").split { " ;".contains($0) }
      let numbers = words.compactMap { Double($0.hasSuffix(".") ? $0.dropLast() : $0) }
      for limit in (0..<2).map({ filters.limit($0, scaling) }) {
        #expect(numbers.contains { abs($0 - limit) < 0.01 * limit }, "\(sheet.notes)")
      }
    }
  }

  @Test("filters of other channels are a picture for each channel; without a convolution there are none")
  func otherChannels() throws {
    let network = try SampleNetwork.make(Self.model, on: Reference())
    let filters = try FirstFilters(layers(), parameter: { try network.parameter($0, as: Double.self) })
    for scaling in [FirstFilters.Scaling.common, .own] {
      let panel = try #require(filters.sheet(scaling).strips.first?.panels.first)
      #expect(panel.tiles.map(\.name).prefix(3) == ["0.0", "0.1", "1.0"])
      #expect(panel.tiles.count == 8 && panel.columns.isMultiple(of: 2))
      let scale = ColorScale(limit: filters.limit(1, scaling), isSigned: true)
      #expect(panel.tiles[2].raster[0, 0] == scale.color(of: filters.planes(1)[0][0, 0]))
    }
    let none = Sequential(Flatten(), Dense(3))
    #expect(throws: NetworkError.self) {
      try FirstFilters(layers(none), parameter: { try network.parameter($0, as: Double.self) })
    }
  }
}
