import Foundation
import Layers
import Networks
import Operations
import ReferenceBackend
import Tensors
import TestSupport
import Testing

@testable import FeatureMaps

@Suite("Class confidence maps")
struct ClassMapTests {
  @Test(
    "the mean of a class's map is its score, on every backend, whatever is fused, in batches of any size",
    arguments: SampleNetwork.withMaps.keys.sorted(), TestedBackends.names)
  func means(name: String, backend: String) throws {
    let model = try #require(SampleNetwork.withMaps[name])
    for keepsActivations in [true, false] {
      for count in [1, 5] {
        let network = try SampleNetwork.make(
          model, on: TestedBackends.make(backend),
          options: NetworkOptions(
            batchSizes: [count], microBatch: keepsActivations ? count : 2, keepsActivations: keepsActivations)
        )
        let images = SampleNetwork.images(count)
        let head = try ClassMapHead(of: network)
        let all = try ClassMaps.all(for: .floats(images), by: network, head: head)
        let outputs = try network.predict(images).elements
        #expect(all.count == count)
        for (image, maps) in all.enumerated() {
          #expect(maps.maps.map(\.classIndex) == [0, 1, 2])
          for map in maps.maps {
            let output = Double(outputs[image * 3 + map.classIndex])
            #expect(abs(map.map.mean - map.score) < 1e-5)
            #expect(abs((name == "probabilities" ? map.probability : map.score) - output) < 1e-5)
          }
          #expect(abs(maps.maps.map(\.probability).reduce(0, +) - 1) < 1e-9)
        }
        // The images differ, so that maps of another image would be noticed.
        #expect(Set(all.map { $0.maps.map(\.score) }).count == count)
      }
    }
  }

  @Test("the maps are those of the last layer with maps, and the weights those of the dense one")
  func heads() throws {
    func head(_ name: String) throws -> ClassMapHead {
      let model = try #require(SampleNetwork.withMaps[name])
      return try ClassMapHead(model.resolved(for: SampleNetwork.image.batched(1)))
    }
    let mean = try head("mean")
    #expect(mean.layer == "net.1" && mean.rule == .mean && mean.shape == [3, 7, 6] && mean.classes == 3)
    #expect(mean.parameters.isEmpty)
    let means = try head("means, dense")
    #expect(means.layer == "net.1" && means.rule == .weightedMeans && means.shape == [5, 7, 6])
    #expect(means.parameters == ["net.5.weight", "net.5.bias"] && means.classes == 3)
    let elements = try head("elements, dense")
    #expect(elements.layer == "net.2" && elements.rule == .weightedElements && elements.shape == [5, 3, 3])
    let book = try ClassMapHead(NiN(classes: 10).resolved(for: [1, 1, 224, 224]))
    #expect(book.layer == "net.7.5" && book.shape == [10, 5, 5] && book.rule == .mean)
  }

  @Test("the map of global average pooling is the activation itself")
  func activation() throws {
    let model = try #require(SampleNetwork.withMaps["mean"])
    let network = try SampleNetwork.make(
      model, on: Reference(), options: NetworkOptions(keepsActivations: true))
    let images = SampleNetwork.images(1)
    let maps = try images.withPixels {
      try ClassMaps.all(for: $0, count: 1, by: network, head: ClassMapHead(of: network))[0]
    }
    let activation = try #require(try network.activations(images).first { $0.name == "net.1" }).values
    #expect(maps.maps.flatMap(\.map.values) == activation.elements.map { Double($0) })
  }

  @Test("networks without class maps are rejected in a line that names the layers after the maps")
  func refused() throws {
    let window = Sequential(Conv2D(3, kernel: 3), AvgPool2D(kernel: 3, stride: 1), Flatten())
    let padded = Sequential(Conv2D(3, kernel: 3), AvgPool2D(kernel: Extent2D(9, 8), padding: 1), Flatten())
    let deep = Sequential(Conv2D(3, kernel: 3), Flatten(), Dense(4), ReLU(), Dense(3))
    let flat = Sequential(Flatten(), Dense(3))
    for (model, part) in [
      (window, "net.1"), (padded, "net.1"), (deep, "net.2 Dense"), (flat, "no feature maps"),
    ] {
      let layers = try model.resolved(for: SampleNetwork.image.batched(1))
      let error = #expect(throws: NetworkError.self) { try ClassMapHead(layers) }
      let line = error?.description ?? ""
      #expect(
        line.contains(part) && line.contains("global average pooling") && !line.contains("\n"), "\(line)")
    }
    for model in [LeNet(classes: 10), AlexNet(classes: 10)] {
      let image: Shape = [1, 1, 224, 224]
      #expect(throws: NetworkError.self) { try ClassMapHead(model.resolved(for: image)) }
    }
  }

  @Test("only the requested number of maps is computed, of the first images")
  func limited() throws {
    let model = try #require(SampleNetwork.withMaps["mean"])
    let network = try SampleNetwork.make(model, on: Reference(), options: NetworkOptions(batchSizes: [3]))
    let head = try ClassMapHead(of: network)
    try SampleNetwork.images(3).withPixels { pixels in
      let all = try ClassMaps.all(for: pixels, count: 3, by: network, head: head)
      let first = try ClassMaps.all(for: pixels, count: 3, limit: 2, by: network, head: head)
      #expect(first == Array(all.prefix(2)))
    }
  }

  @Test("maps of one number grow with the image, and a copy for larger images has the same parameters")
  func larger() throws {
    let model = Sequential(
      Conv2D(3, kernel: 8, stride: 2), BatchNorm2D(), ReLU(), GlobalAvgPool2D(), Flatten())
    let image: Shape = [2, 8, 8]
    let network = try SampleNetwork.make(model, on: Reference(), image: image)
    #expect(!(try ClassMapHead(of: network).hasDetail))
    let (larger, head) = try #require(ClassMapHead.larger(for: model, than: image))
    #expect(larger == [2, 16, 16] && head.shape == [3, 5, 5] && head.hasDetail)
    let copy = try network.copy(for: larger)
    #expect(copy.image == larger)
    for (name, _) in network.parameterShapes {
      #expect(try copy.parameter(name) == network.parameter(name))
    }
    #expect(copy.state().map(\.tensor) == network.state().map(\.tensor))
    let book = try #require(ClassMapHead.larger(for: NiN(classes: 10), than: [1, 67, 67]))
    #expect(book.image == [1, 201, 201] && book.head.shape == [10, 5, 5])
    let dense = Sequential(Conv2D(3, kernel: 8), Flatten(), Dense(3))
    #expect(ClassMapHead.larger(for: dense, than: image) == nil)
  }

  @Test("the highest score comes first, ties stay in order, and NaN comes last")
  func order() {
    let plane = Plane(height: 1, width: 1, values: [0])
    let maps = ClassMaps(maps: Array(repeating: plane, count: 4), scores: [1, .nan, 2, 1])
    #expect(maps.byScore.map(\.classIndex) == [2, 0, 3, 1])
  }

  @Test("a user's observer is kept")
  func observer() throws {
    final class Counter: ActivationObserver {
      func observe(_ output: Tensor<Double>, ofLayer layer: String) {}
      func observe(networkOutput output: Tensor<Double>) {}
    }
    let model = try #require(SampleNetwork.withMaps["mean"])
    let network = try SampleNetwork.make(model, on: Reference())
    let mine = Counter()
    network.activationObserver = mine
    _ = try SampleNetwork.images(1).withPixels { try network.outputs(ofLayers: [], for: $0, count: 1) }
    #expect(network.activationObserver === mine)
  }
}
