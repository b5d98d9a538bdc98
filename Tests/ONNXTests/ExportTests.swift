import Backends
import Layers
import ONNX
import Operations
import ReferenceBackend
import Tensors
import Testing

@Suite("Export to ONNX", .serialized)
struct ExportTests {
  @Test("and import give the same model and the same parameters", arguments: ModelCatalog.allCases)
  func catalog(name: ModelCatalog) throws {
    let model = name.model(classes: 3)
    let side = try #require(model.smallestImage(channels: 2))
    try checkRoundTrip(model, image: [2, side, side])
  }

  @Test("keep variants of NiN")
  func variants() throws {
    for (design, side) in [
      (try NiNDesign(pointwiseConvolutions: 0, width: 0.25), 67),
      (try NiNDesign(head: .window, width: 0.125), 195),
      (
        try NiNDesign(pointwiseKernel: 3, head: .dense, width: 0.25, lastStep: .gradual, depth: .twentyOne),
        67
      ),
    ] {
      try checkRoundTrip(NiN(classes: 5, design: design), image: [2, side, side])
    }
  }

  @Test("keep every attribute of every layer")
  func attributes() throws {
    let padding = Padding(top: 1, bottom: 2, left: 0, right: 1)
    let model = Sequential(
      Conv2D(
        4, kernel: Extent2D(3, 2), stride: Extent2D(1, 2), padding: padding, dilation: Extent2D(2, 1),
        groups: 2),
      ReLU(), BatchNorm2D(epsilon: 1e-3, momentum: 0.2), Sigmoid(), BatchNorm2D(),
      Sequential(
        Conv2D(6, kernel: 1, hasBias: false),
        MaxPool2D(
          kernel: Extent2D(3, 2), stride: Extent2D(2, 1), padding: 1, dilation: Extent2D(1, 2), roundsUp: true
        )),
      AvgPool2D(kernel: 3, stride: 2, padding: 1, dilation: 2, roundsUp: true, countsPadding: false),
      AvgPool2D(kernel: 2, stride: 1), Dropout(0.1), Softmax(axis: 1), Flatten(), Dense(7, hasBias: false),
      Dense(5), Softmax())
    try checkRoundTrip(model, image: [2, 17, 19])
  }

  private func checkRoundTrip(_ model: Sequential, image: Shape) throws {
    let file = TemporaryFile()
    let parameters = Parameters(of: model, image: image)
    try ONNXFile.write(model, image: image, to: file.path, parameters: parameters.values)
    let input = image.batched(2)
    let network = try ONNXFile(path: file.path).network(input: input)
    #expect(network.model == model)
    #expect(network.image == image)
    for (name, values) in network.parameters { #expect(values == parameters.values(name)) }
    #expect(network.parameters.count == parameters.shapes.count)
  }

  @Test("say what has no form or does not fit")
  func refusals() throws {
    let file = TemporaryFile()
    let model = Sequential(Conv2D(1, kernel: 3))
    #expect(throws: LayerError.self) {
      try ONNXFile.write(model, image: [1, 2, 2], to: file.path) { _ in Tensor(shape: [1], elements: [0]) }
    }
    let huge = Sequential(Flatten(), Dense(1 << 15))
    #expect(throws: FileError.self) {
      try ONNXFile.write(huge, image: [1, 200, 200], to: file.path) { _ in Tensor(shape: [1], elements: [0]) }
    }
  }
}

/// Some values for the parameters of a model, the same for the same name.
struct Parameters {
  let shapes: [String: Shape]

  init(of model: Sequential, image: Shape) {
    var shapes: [String: Shape] = [:]
    for layer in (try? model.resolved(for: image.batched(1))) ?? [] {
      for parameter in layer.operation.parameters {
        shapes[layer.parameterName(parameter)] = parameter.shape
      }
      for state in layer.operation.state where !state.isCount {
        shapes[state.name(ofLayer: layer.name)] = state.shape
      }
    }
    self.shapes = shapes
  }

  /// Numbers between ±1/√(numbers per output) that differ from one to the next.
  func values(_ name: String) -> Tensor<Float> {
    let shape = shapes[name] ?? [0]
    let scale = Float(shape.elementCount / shape[0]).squareRoot()
    let offset = name.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xFFFF
    let elements = (0..<shape.elementCount).map { Float(($0 &* 7919 &+ offset) % 1009 - 504) / 504 / scale }
    // A variance is positive.
    return Tensor(
      shape: shape, elements: name.hasSuffix("running_var") ? elements.map { abs($0) + 0.1 } : elements)
  }
}
