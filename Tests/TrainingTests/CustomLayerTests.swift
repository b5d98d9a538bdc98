import Backends
import Datasets
import Foundation
import Layers
import Networks
import Operations
import ReferenceBackend
import Tensors
import TestSupport
import Testing
import Training

/// A layer that another package might compose: a convolution and what follows it.
private struct ConvolutionBlock: Layer {
  static let kind = "ConvolutionBlock"
  var channels: Int

  func resolved(for input: Shape, name: String) throws -> [ResolvedLayer] {
    try Sequential(Conv2D(channels, kernel: 3, stride: 2), ReLU()).resolved(for: input, name: name)
  }
}

/// A layer that its program forgets to register.
private struct ForgottenBlock: Layer {
  static let kind = "ForgottenBlock"

  func resolved(for input: Shape, name: String) throws -> [ResolvedLayer] {
    try Sequential(ReLU()).resolved(for: input, name: name)
  }
}

@Suite("Layers of other packages")
struct CustomLayerTests {
  private static let model = Sequential(
    ConvolutionBlock(channels: 6), Sequential(Dropout(0.5), Conv2D(4, kernel: 1)), GlobalAvgPool2D(),
    Flatten())

  init() throws {
    try Sequential.register(ConvolutionBlock.self)
  }

  @Test("train, are saved, and are read back")
  func roundTrip() throws {
    let training = try SmallTraining(model: Self.model)
    try training.trainer().run()
    let checkpoint = try Checkpoint(path: training.folder.checkpoint)
    #expect(checkpoint.description.model == Self.model)
    #expect(try checkpoint.network(on: Reference()).parameterShapes.map(\.name).contains("net.0.0.weight"))
  }

  @Test("resume from the folder alone, to the same bytes as without an interruption")
  func resumes() throws {
    let whole = try SmallTraining(model: Self.model)
    try whole.trainer().run()
    let halves = try SmallTraining(model: Self.model)
    var steps = 0
    try halves.trainer().run {
      steps += 1
      return steps > 5
    }
    let state = try halves.storedState()
    #expect(state.model == Self.model && state.step == 5)
    // No model is given.
    try Trainer(
      state: state, training: halves.images, test: halves.images, backend: Reference(), folder: halves.folder
    ).run()
    #expect(try whole.bytes(whole.folder.checkpoint) == halves.bytes(halves.folder.checkpoint))
  }

  @Test("are rejected by name before training if they could not be read back; without a folder they train")
  func unregistered() throws {
    let model = Sequential(
      Sequential(ForgottenBlock()), Conv2D(4, kernel: 3), GlobalAvgPool2D(), Flatten())
    let training = try SmallTraining(model: model)
    let error = #expect(throws: UnknownLayer.self) { try training.trainer() }
    #expect(error?.kind == "ForgottenBlock")
    #expect(!training.folder.hasCheckpoint)
    _ = try fit(model, on: training.images, recipe: SmallTraining.recipe, backend: Reference())
  }

  @Test("a resumed run of another network is rejected")
  func otherNetwork() throws {
    let training = try SmallTraining(model: Self.model)
    try training.trainer().run()
    let state = try training.storedState()
    #expect(throws: TrainingError.self) {
      try Trainer(
        SmallTraining.model, state: state, training: training.images, backend: Reference(),
        folder: training.folder)
    }
  }

  @Test("a file that lacks a property of a layer is rejected by the layer's kind and the property")
  func otherVersion() throws {
    let training = try SmallTraining(model: Self.model)
    try training.trainer().run()
    // A key of the same length keeps the file's structure intact.
    var file = try training.bytes(training.folder.checkpoint)
    let layer = try #require(file.range(of: Data("ConvolutionBlock".utf8)))
    let key = try #require(file.range(of: Data("channels".utf8), in: layer.upperBound..<file.endIndex))
    file.replaceSubrange(key, with: Data("features".utf8))
    let folder = try TemporaryFolder()
    let path = try folder.write(file, to: "older.safetensors")
    let error = #expect(throws: TrainingError.self) { try Checkpoint(path: path) }
    for part in [path, "'ConvolutionBlock'", "'channels' is missing"] {
      #expect(error?.description.contains(part) == true, "\(String(describing: error))")
    }
  }

  @Test("a file with a layer of another program is rejected by the layer's name")
  func foreignFile() throws {
    let training = try SmallTraining(model: Self.model)
    try training.trainer().run()
    // A name of the same length keeps the file's structure intact.
    var file = try training.bytes(training.folder.checkpoint)
    while let name = file.range(of: Data("ConvolutionBlock".utf8)) {
      file.replaceSubrange(name, with: Data("ConvolutionBlack".utf8))
    }
    let folder = try TemporaryFolder()
    let path = try folder.write(file, to: "foreign.safetensors")
    let error = #expect(throws: TrainingError.self) { try Checkpoint(path: path) }
    #expect(error?.description.contains("ConvolutionBlack") == true)
    guard case .unknownLayer(path, "ConvolutionBlack") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
