import Foundation
import Layers
import Operations
import Tensors
import Testing

@Suite("Models as values")
struct ModelTests {
  @Test("NiN has the book's shapes, parameters and multiply-accumulates")
  func ninSummary() throws {
    let summary = try Summary(NiN(classes: 10), input: [1, 1, 224, 224])
    #expect(summary.parameters == 1_992_166)
    #expect(summary.macs == 762_297_352)
    let shapes: [Shape] = [
      [1, 96, 54, 54], [1, 96, 26, 26], [1, 256, 26, 26], [1, 256, 12, 12], [1, 384, 12, 12], [1, 384, 5, 5],
      [1, 384, 5, 5], [1, 10, 5, 5], [1, 10, 1, 1], [1, 10],
    ]
    #expect(summary.topLevel.map(\.outputShape) == shapes)
    #expect(summary.layers.first { $0.name == "net.2" }?.children == 6)
    #expect(summary.layers.first { $0.name == "net.2.0" }?.macs == 415_334_400)
  }

  @Test("a state dictionary has PyTorch's keys")
  func parameterNames() throws {
    let names = try NiN(classes: 10).resolved(for: [1, 1, 224, 224]).flatMap { layer in
      layer.operation.parameters.map(layer.parameterName)
    }
    let expected = [0, 2, 4, 7].flatMap { block in
      [0, 2, 4].flatMap { ["net.\(block).\($0).weight", "net.\(block).\($0).bias"] }
    }
    #expect(names == expected)
  }

  @Test(
    "the other models have the book's and the papers' parameters at their default sizes",
    arguments: [
      (ModelCatalog.lenet, 61_706), (.alexnet, 46_764_746), (.vgg11, 128_806_154), (.vgg11Slim, 43_093_322),
      (.ninCIFAR10, 966_986), (.ninImageNet, 7_595_176), (.ninSmall, 706_122),
    ])
  func parameters(model: ModelCatalog, count: Int) throws {
    let image: Shape = [1, model.defaultChannels, model.defaultImageSize, model.defaultImageSize]
    #expect(try Summary(model.model(classes: model.defaultClasses), input: image).parameters == count)
  }

  @Test("LeNet has the book's shapes")
  func lenet() throws {
    let summary = try Summary(LeNet(classes: 10), input: [1, 1, 28, 28])
    let shapes: [Shape] = [
      [1, 6, 28, 28], [1, 6, 28, 28], [1, 6, 14, 14], [1, 16, 10, 10], [1, 16, 10, 10], [1, 16, 5, 5],
      [1, 400], [1, 120], [1, 120], [1, 84], [1, 84], [1, 10],
    ]
    #expect(summary.topLevel.map(\.outputShape) == shapes)
    #expect(summary.topLevel.count { $0.type == "Sigmoid" } == 4)
  }

  @Test("the paper's network for CIFAR-10 rounds its poolings up, and has its multiply-accumulates")
  func cifarNetwork() throws {
    let summary = try Summary(NiNCIFAR10(classes: 10), input: [1, 3, 32, 32])
    #expect(summary.macs == 222_486_528)
    let shapes: [Shape] = [
      [1, 96, 32, 32], [1, 96, 16, 16], [1, 96, 16, 16], [1, 192, 16, 16], [1, 192, 8, 8], [1, 192, 8, 8],
      [1, 10, 8, 8], [1, 10, 1, 1], [1, 10],
    ]
    #expect(summary.topLevel.map(\.outputShape) == shapes)
  }

  @Test(
    "the network for ImageNet ends in 6×6 maps of its classes, which Caffe's 6×6 pooling averages"
  )
  func imageNetNetwork() throws {
    let summary = try Summary(NiNImageNet(classes: 1000), input: [1, 3, 224, 224])
    #expect(summary.topLevel.first { $0.name == "net.7" }?.outputShape == [1, 1000, 6, 6])
    #expect(summary.topLevel.last?.outputShape == [1, 1000])
  }

  @Test("an image that is too small is rejected by the layer that it does not fit, and 67×67 is the smallest")
  func smallestImage() throws {
    let model = NiN(classes: 10)
    #expect(model.smallestImage(channels: 1) == 67)
    for side in [28, 56, 64, 66] {
      let error = #expect(throws: LayerError.self) { try model.resolved(for: [1, 1, side, side]) }
      #expect(error?.kind == "MaxPool2D" || side < 64)
    }
    let error = #expect(throws: LayerError.self) { try model.resolved(for: [1, 1, 64, 64]) }
    #expect(error?.name == "net.5")
    guard case .windowDoesNotFit(let plane, _) = error?.cause else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(plane == Extent2D(2, 2))
    #expect(try model.resolved(for: [1, 1, 67, 67]).last?.operation.outputShape == [1, 10])
  }

  @Test("models are equal by value, and shorthand equals its expansion")
  func equality() {
    #expect(NiN(classes: 10) == NiN(classes: 10))
    #expect(NiN(classes: 10) != NiN(classes: 11))
    let short = Sequential(Conv2D(8, kernel: 3, activation: .relu), Flatten())
    #expect(short == Sequential(Conv2D(8, kernel: 3), ReLU(), Flatten()))
  }

  @Test("a model survives being encoded and decoded", arguments: ModelCatalog.allCases)
  func coding(model: ModelCatalog) throws {
    let value = model.model(classes: 7)
    let data = try JSONEncoder().encode(value)
    #expect(try JSONDecoder().decode(Sequential.self, from: data) == value)
  }

  @Test(
    "a layer whose values cannot be read is named, with its key",
    arguments: [
      (#"{"kind":"Dense","value":{"features":3}}"#, "Dense", "'hasBias' is missing"),
      (
        #"{"kind":"Sequential","value":{"layers":[{"kind":"Dropout","value":{}}]}}"#, "Dropout",
        "'probability'"
      ),
      (#"{"kind":"Softmax","value":{"axis":"x"}}"#, "Softmax", "'axis' has an unsuitable value"),
      (#"{"kind":"MaxPool2D","value":{"kernel":{"width":3}}}"#, "MaxPool2D", "'kernel.height' is missing"),
      (#"{"kind":"Dense","value":3}"#, "Dense", "its description has an unsuitable value"),
    ])
  func unreadableLayer(layer: String, kind: String, reason: String) {
    let error = #expect(throws: UnreadableLayer.self) {
      try JSONDecoder().decode(Sequential.self, from: Foundation.Data(#"{"layers":[\#(layer)]}"#.utf8))
    }
    #expect(error?.kind == kind)
    #expect(error?.reason.hasPrefix(reason) == true, "\(error?.reason ?? "")")
  }

  @Test("a summary prints a line for each layer, and the totals")
  func summary() throws {
    let model = Sequential(Sequential(Conv2D(2, kernel: 3), ReLU()), Flatten())
    let lines = try "\(Summary(model, input: [1, 1, 4, 4]))".split(separator: "\n")
    #expect(
      lines == [
        "net.0 Sequential: 1×1×4×4 → 1×2×2×2", "net.0.0 Conv2D: 1×1×4×4 → 1×2×2×2, 20 parameters",
        "net.0.1 ReLU: 1×2×2×2 → 1×2×2×2", "net.1 Flatten: 1×2×2×2 → 1×8",
        "20 parameters, 72 multiply-accumulates",
      ])
  }

  /// A layer with the kind of a built-in one.
  private struct OtherConvolution: Layer {
    static let kind = Conv2D.kind

    func resolved(for input: Shape, name: String) throws -> [ResolvedLayer] {
      try Conv2D(1, kernel: 1).resolved(for: input, name: name)
    }
  }

  @Test("a layer with the kind of another one is neither registered nor written")
  func duplicateKind() throws {
    let error = #expect(throws: DuplicateLayerKind.self) { try Sequential.register(OtherConvolution.self) }
    #expect(error?.kind == "Conv2D" && error?.layer == "OtherConvolution")
    #expect(throws: DuplicateLayerKind.self) { try Sequential(OtherConvolution()).requireRegistered() }
    try Sequential.register(Conv2D.self)
    let model = Sequential(Conv2D(3, kernel: 1))
    try model.requireRegistered()
    #expect(try JSONDecoder().decode(Sequential.self, from: JSONEncoder().encode(model)) == model)
  }

  @Test("a model with unknown layers, or endless nesting, is rejected")
  func malformedCoding() {
    let unknown = #"{"layers":[{"kind":"Conv\n9D","value":{}}]}"#
    let error = #expect(throws: UnknownLayer.self) {
      try JSONDecoder().decode(Sequential.self, from: Foundation.Data(unknown.utf8))
    }
    #expect(error?.kind == "Conv\n9D" && error?.description.contains(#"'Conv\n9D'"#) == true)
    let opening = String(repeating: #"{"layers":[{"kind":"Sequential","value":"#, count: 100)
    let nested = opening + #"{"layers":[]}"# + String(repeating: "}]}", count: 100)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Sequential.self, from: Foundation.Data(nested.utf8))
    }
    let layers = Array(repeating: #"{"kind":"ReLU","value":{}}"#, count: 1001).joined(separator: ",")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Sequential.self, from: Foundation.Data(#"{"layers":[\#(layers)]}"#.utf8))
    }
  }

  @Test(
    "images that are too large to count are rejected by every layer, without a trap",
    arguments: [
      [1, 1 << 40, 1 << 40, 1], [1, -5, 3, 3], [1, 0, .max, .max], [.max, .max, .max, .max],
    ] as [Shape])
  func uncountableImages(image: Shape) {
    let layers: [any Layer] = [
      ReLU(), Sigmoid(), Flatten(), Dropout(), Softmax(), Dense(3), Conv2D(3, kernel: 1), GlobalAvgPool2D(),
      MaxPool2D(kernel: 1), BatchNorm2D(),
    ]
    for layer in layers {
      #expect(throws: LayerError.self, "\(layer)") { try Summary(Sequential(layer, ReLU()), input: image) }
    }
  }

  /// A layer of another package that cannot take some inputs.
  private struct Halves: Layer {
    static let kind = "Halves"

    func resolved(for input: Shape, name: String) throws -> [ResolvedLayer] {
      guard input[1].isMultiple(of: 2) else {
        throw GeometryError.unsuitableInput(input, reason: "it needs an even number of channels")
      }
      return try Sequential(Conv2D(input[1] / 2, kernel: 1)).resolved(for: input, name: name)
    }
  }

  @Test("what a custom layer throws is reported with its name, kind and input")
  func customLayerError() throws {
    let model = Sequential(ReLU(), Sequential(Halves(), Halves()))
    let error = #expect(throws: LayerError.self) { try model.resolved(for: [1, 2, 4, 4]) }
    let cause = GeometryError.unsuitableInput([1, 1, 4, 4], reason: "it needs an even number of channels")
    #expect(error == LayerError(name: "net.1.1", kind: "Halves", input: [1, 1, 4, 4], cause: cause))
    #expect(try model.resolved(for: [1, 4, 4, 4]).map(\.name) == ["net.0", "net.1.0.0", "net.1.1.0"])
  }

  @Test("a convolution with too many products to count is rejected")
  func uncountableProducts() {
    let convolution = Conv2D(1, kernel: Extent2D(1 << 18, 1 << 19))
    #expect(throws: LayerError.self) {
      try Summary(Sequential(convolution), input: [1, 1, 1 << 19, 1 << 20 - 1])
    }
  }

  @Test("a thousand poolings of millions of windows are judged by the first and the last of each")
  func manyWindows() throws {
    let pooling = MaxPool2D(kernel: Extent2D(3, 1), stride: 1, padding: Padding(top: 1, bottom: 1))
    let model = Sequential(Array(repeating: pooling, count: 1000))
    #expect(try model.resolved(for: [1, 1, 1 << 24, 1]).last?.operation.outputShape == [1, 1, 1 << 24, 1])
  }

  @Test(
    "impossible sizes are rejected without a trap",
    arguments: [
      Conv2D(0, kernel: 3), Conv2D(-1, kernel: 3), Conv2D(8, kernel: 0), Conv2D(8, kernel: 3, stride: 0),
      Conv2D(8, kernel: 3, padding: -1), Conv2D(8, kernel: 3, dilation: 0), Conv2D(8, kernel: 3, groups: 2),
      Conv2D(8, kernel: 3, groups: 0), Conv2D(.max, kernel: 3), Conv2D(8, kernel: Extent2D(.max, 1)),
      Conv2D(8, kernel: 3, padding: Padding(.max)), Conv2D(8, kernel: 7),
    ])
  func impossible(layer: Conv2D) {
    #expect(throws: GeometryError.self) { try layer.operation(input: [1, 3, 5, 5]) }
  }

  @Test(
    "windows without an element of the input are rejected",
    arguments: [
      MaxPool2D(kernel: 2, stride: 1, padding: 1, dilation: 5), MaxPool2D(kernel: 3, padding: 3),
      MaxPool2D(kernel: 5), MaxPool2D(kernel: 0), MaxPool2D(kernel: 2, stride: 0),
    ])
  func emptyWindows(layer: MaxPool2D) {
    #expect(throws: GeometryError.self) { try layer.operation(input: [1, 3, 4, 4]) }
  }
}
