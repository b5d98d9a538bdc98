import Foundation
import NetworkInNetwork
import TestSupport

/// A checkpoint of NiN as it is before training, made by the library, for what needs any network.
enum UntrainedNetwork {
  /// Writes it for images of 67×67.
  static func write(to name: String, in folder: TemporaryFolder) throws {
    try folder.write(bytes.get(), to: name)
  }

  private static let bytes = Result { try make() }

  private static func make() throws -> Data {
    let folder = try TemporaryFolder()
    let model = NiN(classes: 10)
    let image: Shape = [1, 67, 67]
    let network = try Network(model, image: image, backend: Reference())
    try network.initialize(Initialization(weights: .heUniform, biases: .fanInUniform), seed: 1)
    let description = CheckpointDescription(
      model: model, image: image, classNames: (0..<10).map(String.init), normalization: .none)
    try Checkpoint.write(network, description: description, to: folder.path("it"))
    return try folder.read("it")
  }

  /// Writes the same parameters as PyTorch would, without our metadata, changed by a function.
  static func writePlain(
    to name: String, in folder: TemporaryFolder, metadata: [String: String] = [:],
    change: (inout [(name: String, tensor: Tensor<Float>)]) -> Void = { _ in }
  ) throws {
    try write(to: name, in: folder)
    let file = try SafetensorsFile(path: folder.path(name))
    var tensors = try file.names.map { (name: $0, tensor: try file.tensor($0, as: Float.self)) }
    change(&tensors)
    try Safetensors.write(tensors: tensors, metadata: metadata, to: folder.path(name))
  }
}
