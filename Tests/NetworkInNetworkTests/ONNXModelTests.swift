import Foundation
import NetworkInNetwork
import SwiftProtobuf
import TestSupport
import Testing

@testable import ONNX

@Suite("A model in the ONNX format that takes images")
struct ONNXModelTests {
  private let folder: TemporaryFolder
  private let checkpoint: Checkpoint
  private var path: String { folder.path("network.onnx") }

  init() throws {
    folder = try TemporaryFolder()
    checkpoint = try Checkpoint(path: TrainedNetwork.checkpoint(in: folder, resize: .openCV))
  }

  /// Writes the model with a change, and with open extents of its input's axes.
  private func write(openAxes: [Int] = [], _ change: (inout Onnx_ModelProto) -> Void) throws {
    try ONNXFile.write(checkpoint, to: path)
    var model = try Onnx_ModelProto(serializedBytes: Array(folder.read("network.onnx")))
    change(&model)
    for axis in openAxes { model.graph.input[0].type.tensorType.shape.dim[axis].dimParam = "open" }
    let bytes: [UInt8] = try model.serializedBytes()
    try folder.write(bytes, to: "network.onnx")
  }

  /// Writes the model with one value of its metadata replaced.
  private func write(metadata key: String, _ value: String, openAxes: [Int] = []) throws {
    try write(openAxes: openAxes) { model in
      for index in model.metadataProps.indices where model.metadataProps[index].key == key {
        model.metadataProps[index].value = value
      }
    }
  }

  /// Writes the model without metadata.
  private func writeForeign(openAxes: [Int] = []) throws {
    try write(openAxes: openAxes) { $0.metadataProps = [] }
  }

  @Test("classifies as the checkpoint that it was written from, on every backend")
  func roundTrip() throws {
    try ONNXFile.write(checkpoint, to: path)
    let model = try ONNXModel(path: path)
    #expect(model.knowsPreparation)
    #expect(model.description.image == [1, 12, 12])
    #expect(model.description.classNames == TrainedNetwork.classNames)
    #expect(model.description.normalization == TrainedNetwork.normalization)
    #expect(model.description.resize == .openCV)
    #expect(try model.parameter("net.0.weight") == checkpoint.parameter("net.0.weight"))
    let image = TrainedNetwork.image(1)
    for backend in try TestedBackends.all() {
      let expected = try Classifier(checkpoint, on: backend).classify(image)
      let classifier = try Classifier(onnx: path, on: backend)
      let classification = try classifier.classify(image)
      #expect(classifier.resize == .openCV && classification.classNames == TrainedNetwork.classNames)
      for (probability, expected) in zip(classification.probabilities, expected.probabilities) {
        #expect(abs(probability - expected) < 1e-5, "\(backend.name)")
      }
    }
  }

  @Test("names each parameter that it writes")
  func progress() throws {
    var names: Set<String> = []
    try ONNXFile.write(checkpoint, to: path) { names.insert($0) }
    #expect(names == ["net.0.weight", "net.0.bias", "net.2.weight", "net.2.bias"])
  }

  @Test("without metadata needs the preparation, and then classifies as the checkpoint")
  func foreign() throws {
    try writeForeign()
    var model = try ONNXModel(path: path)
    #expect(!model.knowsPreparation && model.description.normalization == .none)
    #expect(model.description.classNames.isEmpty && model.description.resize == nil)
    let image = TrainedNetwork.image(2)
    let expected = try Classifier(checkpoint, on: Reference()).classify(image)
    #expect(try Classifier(model, on: Reference()).classify(image).probabilities != expected.probabilities)
    model.describe(classNames: TrainedNetwork.classNames)
    #expect(!model.knowsPreparation && model.description.classNames == TrainedNetwork.classNames)
    model.describe(normalization: TrainedNetwork.normalization, resize: .openCV)
    #expect(model.knowsPreparation)
    let classification = try Classifier(model, on: Reference()).classify(image)
    #expect(classification.classNames == TrainedNetwork.classNames)
    for (probability, expected) in zip(classification.probabilities, expected.probabilities) {
      #expect(abs(probability - expected) < 1e-5)
    }
    model.describe(normalization: .none, classNames: [])
    #expect(model.description.resize == .openCV && model.description.classNames.isEmpty)
  }

  @Test("takes the size of its images from the caller, the file, or a default, in this order")
  func sizes() throws {
    try writeForeign(openAxes: [2, 3])
    #expect(throws: ONNXInputError.openImageSize(path: path)) { try ONNXModel(path: path) }
    let given = PixelSize(height: 14, width: 10)
    #expect(try ONNXModel(path: path, imageSize: given).description.image == [1, 14, 10])
    #expect(try ONNXModel(path: path, defaultSize: given).description.image == [1, 14, 10])
    let both = try ONNXModel(path: path, imageSize: PixelSize(square: 9), defaultSize: given)
    #expect(both.description.image == [1, 9, 9])
    try writeForeign()
    #expect(try ONNXModel(path: path, defaultSize: given).description.image == [1, 12, 12])
    #expect(throws: FileError.self) { try ONNXModel(path: path, imageSize: given) }
  }

  @Test(
    "whose metadata does not fit the network is rejected by the key",
    arguments: [
      ("nin.mean", "[0.5, 0.5]"), ("nin.deviation", "[1, 1, 1]"), ("nin.size", "[9, 12]"),
      ("nin.classes", "[\"one\"]"), ("nin.resize", "\"foo\""),
    ])
  func unfitMetadata(key: String, value: String) throws {
    try write(metadata: key, value)
    let error = #expect(throws: FileError.self) { try ONNXModel(path: path) }
    let line = error?.description ?? ""
    #expect(line.hasPrefix(path) && line.contains(key) && !line.contains("\n"), "\(line)")
  }

  @Test("with images of any size has the size of its metadata, unless another one is given")
  func openSize() throws {
    try write(metadata: "nin.size", "[14, 10]", openAxes: [2, 3])
    #expect(try ONNXModel(path: path).description.image == [1, 14, 10])
    let given = PixelSize(square: 9)
    #expect(try ONNXModel(path: path, imageSize: given).description.image == [1, 9, 9])
  }

  @Test("that is not for images is rejected in one line that says what works")
  func refusals() throws {
    try writeForeign(openAxes: [1])
    let open = #expect(throws: ONNXInputError.self) { try ONNXModel(path: path) }
    #expect(open?.description.hasPrefix(path) == true)
    guard case .openAxis(_, _, axis: 1) = open else {
      Issue.record("\(String(describing: open))")
      return
    }
    let dense = Sequential(Dense(3))
    try ONNXFile.write(dense, image: [4], to: path) { name in
      name.hasSuffix("weight") ? Tensor(shape: [3, 4], repeating: 1) : Tensor(shape: [3], repeating: 0)
    }
    #expect(throws: ONNXInputError.notImages(path: path, shape: [1, 4])) {
      try Classifier(onnx: path, on: Reference())
    }
    #expect(throws: NetworkError.self) {
      try Classifier(Network(dense, image: [4], backend: Reference()))
    }
  }

  @Test("whose graph begins by scaling bytes gets bytes from 0 to 255")
  func bytes() throws {
    let model = Sequential(Flatten(), Dense(1, hasBias: false))
    let layout = ArrayLayout(shape: [1, 1, 2], isChannelsLast: false)
    let bytes: [UInt8] = [3, 250]
    for (takesBytes, scale) in [(true, 1.0), (false, 1.0 / 255)] as [(Bool, Float)] {
      let imported = ImportedNetwork(
        model: model, image: [1, 1, 2],
        parameters: ["net.1.weight": Tensor(shape: [1, 2], elements: [1, 2])], input: layout,
        output: ArrayLayout(shape: [1], isChannelsLast: false), takesBytes: takesBytes)
      let network = try imported.network(on: Reference())
      let output = try ResizedImage.bytes(bytes).withPixels { try network.predict($0, count: 1) }
      #expect(abs(output.elements[0] - 503 * scale) < 1e-3)
    }
  }
}
