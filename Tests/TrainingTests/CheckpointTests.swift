import Datasets
import Foundation
import Layers
import Networks
import ReferenceBackend
import Tensors
import TestSupport
import Testing
import Training

@Suite("A checkpoint")
struct CheckpointTests {
  @Test("contains the network and everything that prediction needs")
  func roundTrip() throws {
    let training = try SmallTraining()
    var recipe = SmallTraining.recipe
    let normalization = Normalization(mean: [0.286], deviation: [0.353])
    recipe.normalization = .fixed(normalization)
    let trainer = try training.trainer(TrainingState(recipe: recipe))
    try trainer.run()
    let checkpoint = try Checkpoint(path: training.folder.checkpoint)
    #expect(checkpoint.description.model == training.model)
    #expect(checkpoint.description.image == [1, 12, 12])
    #expect(checkpoint.description.classNames == ["a", "b", "c", "d"])
    #expect(checkpoint.description.normalization == normalization)
    let network = try Network(
      checkpoint.description.model, image: checkpoint.description.image, backend: Reference(),
      normalization: checkpoint.description.normalization)
    try checkpoint.load(into: network)
    let score = try evaluate(network, on: training.images, batchSize: recipe.batchSize)
    #expect(score.loss == trainer.state.history.last?.testLoss)
  }

  @Test("is not written for a network without values")
  func unset() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    let network = try Network(SmallTraining.model, image: [1, 12, 12], backend: Reference())
    let description = CheckpointDescription(
      model: SmallTraining.model, image: [1, 12, 12], classNames: [], normalization: .none)
    let error = #expect(throws: NetworkError.self) {
      try Checkpoint.write(network, description: description, to: path)
    }
    #expect(error?.description.contains("'net.0.weight' has no values") == true)
    #expect(!FileManager.default.fileExists(atPath: path))
    try network.initialize(seed: 0)
    try Checkpoint.write(network, description: description, to: path)
    #expect(try Checkpoint(path: path).parameter("net.0.weight") == network.parameter("net.0.weight"))
  }

  @Test("has PyTorch's names, shapes and element type")
  func names() throws {
    let training = try SmallTraining()
    try training.trainer().run()
    let file = try SafetensorsFile(path: training.folder.checkpoint)
    #expect(Set(file.names) == ["net.0.weight", "net.0.bias", "net.3.weight", "net.3.bias"])
    #expect(try file.shape(of: "net.0.weight") == [6, 1, 3, 3])
    #expect(file.metadata["format"] == "pt")
  }

  @Test("without a description is recognized by its tensors", arguments: ["net.", ""])
  func inference(prefix: String) throws {
    let path = NSTemporaryDirectory() + "/nin-checkpoint-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let original = try Network(NiN(classes: 7), image: [3, 70, 70], backend: Reference())
    try original.initialize(Initialization(biases: .fanInUniform), seed: 1)
    let tensors = try original.parameters().map { (name: prefix + $0.name.dropFirst(4), tensor: $0.tensor) }
    try Safetensors.write(tensors: tensors, to: path)

    let checkpoint = try Checkpoint(path: path, imageSize: PixelSize(square: 70))
    #expect(checkpoint.description.model == NiN(classes: 7))
    #expect(checkpoint.description.image == [3, 70, 70])
    #expect(checkpoint.description.normalization == .none)
    #expect(try Checkpoint(path: path).description.image == [3, 224, 224])
    let copy = try Network(checkpoint.description.model, image: [3, 70, 70], backend: Reference())
    try checkpoint.load(into: copy)
    #expect(try zip(copy.parameters(), original.parameters()).allSatisfy { $0.tensor == $1.tensor })
  }

  @Test("without a description is recognized for images that are not square")
  func inferenceFromRectangles() throws {
    let path = NSTemporaryDirectory() + "/nin-checkpoint-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let model = ModelCatalog.vgg11.model(classes: 2)
    let tensors = try model.resolved(for: [1, 1, 64, 32]).flatMap { layer in
      layer.operation.parameters.map {
        (name: layer.parameterName($0), tensor: Tensor<Float>(shape: $0.shape, repeating: 0))
      }
    }
    try Safetensors.write(tensors: tensors, to: path)
    let checkpoint = try Checkpoint(path: path, imageSize: PixelSize(height: 64, width: 32))
    #expect(checkpoint.description.model == model)
    #expect(checkpoint.description.image == [1, 64, 32])
    #expect(throws: TrainingError.self) { try Checkpoint(path: path, imageSize: PixelSize(square: 64)) }
  }

  @Test(
    "without a description is recognized for the other networks at their default sizes, and for variants of NiN"
  )
  func inferenceOfVariants() throws {
    let choices = [
      ModelChoice(.lenet), ModelChoice(.ninCIFAR10),
      ModelChoice(try NiNDesign(pointwiseConvolutions: 1, width: 0.25)),
      ModelChoice(try NiNDesign(head: .dense, width: 0.25)),
      ModelChoice(
        try NiNDesign(
          pointwiseConvolutions: 3, pointwiseKernel: 3, width: 0.125, lastStep: .gradual, depth: .twentyOne)),
    ]
    for choice in choices {
      let path = NSTemporaryDirectory() + "/nin-checkpoint-\(UUID().uuidString).safetensors"
      defer { try? FileManager.default.removeItem(atPath: path) }
      let model = choice.model(classes: 6)
      let side = choice.name.defaultImageSize
      let tensors = try model.resolved(for: [1, 3, side, side]).flatMap { layer in
        layer.operation.parameters.map {
          (name: layer.parameterName($0), tensor: Tensor<Float>(shape: $0.shape, repeating: 0))
        }
      }
      try Safetensors.write(tensors: tensors, to: path)
      let description = try Checkpoint(path: path).description
      #expect(description.model == model, "\(choice)")
      #expect(description.image == [3, side, side])
    }
  }

  @Test("is not a training state, nor vice versa")
  func mixedUp() throws {
    let training = try SmallTraining()
    try training.trainer().run()
    let state = #expect(throws: TrainingError.self) { try TrainingState(path: training.folder.checkpoint) }
    #expect(state?.description.contains(training.folder.checkpoint) == true)
    let checkpoint = #expect(throws: TrainingError.self) { try Checkpoint(path: training.folder.state) }
    #expect(checkpoint?.description.contains(training.folder.state) == true)
    guard case .damaged(training.folder.checkpoint, _) = state,
      case .unsupported(training.folder.state, _) = checkpoint
    else {
      Issue.record("\(String(describing: state)), \(String(describing: checkpoint))")
      return
    }
  }

  @Test("that is a state with invalid numbers is rejected", arguments: ["batchSize", "step", "epochs"])
  func hostileState(key: String) throws {
    let training = try SmallTraining()
    _ = try training.trainer()
    let file = try SafetensorsFile(path: training.folder.state)
    let json = try #require(file.metadata["nin-training"])
    let hostile = json.replacing(try Regex("\"\(key)\":[0-9]+"), with: "\"\(key)\":-1")
    #expect(hostile != json)
    try Safetensors.write(tensors: [], metadata: ["nin-training": hostile], to: training.folder.state)
    #expect(throws: TrainingError.self) { try training.storedState() }
  }

  @Test("that is a state with an invalid best epoch is rejected", arguments: [Int.min, -1, .max])
  func hostileBest(epoch: Int) throws {
    let training = try SmallTraining()
    _ = try training.trainer()
    let file = try SafetensorsFile(path: training.folder.state)
    let json = try #require(file.metadata["nin-training"])
    let best = #""best":{"accuracy":0.5,"epoch":\#(epoch),"loss":1},"epoch":0"#
    let hostile = json.replacing(#""epoch":0"#, with: best, maxReplacements: 1)
    #expect(hostile != json)
    try Safetensors.write(tensors: [], metadata: ["nin-training": hostile], to: training.folder.state)
    #expect(throws: TrainingError.self) { try training.storedState() }
  }

  @Test(
    "whose images or layers are impossible is rejected",
    arguments: [
      (#"[{"kind":"ReLU","value":{}}]"#, "[-5,3,3]"), (#"[{"kind":"ReLU","value":{}}]"#, "[0,3,3]"),
      (#"[{"kind":"Flatten","value":{}},{"kind":"ReLU","value":{}}]"#, "[1099511627776,1099511627776,1]"),
      (#"[{"kind":"ReLU","value":{}}]"#, "[1,3]"), (#"[{"kind":"ReLU","value":{}}]"#, "[]"),
      ("[]", "[1,3,3]"),
    ])
  func hostileDescription(layers: String, image: String) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    let json =
      #"{"model":{"layers":\#(layers)},"image":\#(image),"classNames":[],"normalization":{"mean":[0],"deviation":[1]}}"#
    try Safetensors.write(tensors: [], metadata: ["nin": json], to: path)
    #expect(throws: TrainingError.self) { try Checkpoint(path: path) }
    #expect(throws: TrainingError.self) { try Checkpoint(path: path, imageSize: PixelSize(square: 3)) }
  }

  @Test(
    "takes images of another size unless parameters depend on it", arguments: [true, false])
  func imageSizes(isDescribed: Bool) throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    func write(_ model: Sequential, size: Int) throws {
      let network = try Network(model, image: [1, size, size], backend: Reference())
      try network.initialize(seed: 1)
      let description = CheckpointDescription(
        model: model, image: [1, size, size], classNames: [], normalization: .none)
      guard isDescribed else { return try Safetensors.write(tensors: network.parameters(), to: path) }
      try Checkpoint.write(network, description: description, to: path)
    }
    try write(ModelCatalog.nin.model(classes: 10), size: 67)
    let larger = try Checkpoint(path: path, imageSize: PixelSize(height: 67, width: 80))
    #expect(larger.description.image == [1, 67, 80])
    #expect(throws: LayerError.self) { try Checkpoint(path: path, imageSize: PixelSize(square: 8)) }
    try write(ModelCatalog.lenet.model(classes: 10), size: 28)
    #expect(try Checkpoint(path: path, imageSize: PixelSize(square: 28)).description.image == [1, 28, 28])
    #expect(throws: TrainingError.self) { try Checkpoint(path: path, imageSize: PixelSize(square: 80)) }
  }

  @Test("that normalizes by more means than images have channels is rejected")
  func manyMeans() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    let numbers = Array(repeating: "1", count: 1000).joined(separator: ",")
    let json =
      #"{"model":{"layers":[{"kind":"ReLU","value":{}}]},"image":[1048576,1,1],"classNames":[],"#
      + #""normalization":{"mean":[\#(numbers)],"deviation":[\#(numbers)]}}"#
    try Safetensors.write(tensors: [], metadata: ["nin": json], to: path)
    #expect(throws: TrainingError.self) { try Checkpoint(path: path) }
  }

  @Test("whose names repeat a wrapper's prefix thousands of times is rejected")
  func repeatedPrefix() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("a.safetensors")
    let name = String(repeating: "module.", count: 100_000) + "0.weight"
    try Safetensors.write(tensors: [(name, Tensor(shape: [1], elements: [1]))], to: path)
    let error = #expect(throws: TrainingError.self) { try Checkpoint(path: path) }
    #expect((error?.description.count ?? 0) < 5000)
  }
}
