import NetworkInNetwork

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An untrained checkpoint of NiN and an image for it, in a temporary folder.
struct PredictionFiles {
  private let folder: URL

  var checkpoint: String { path("checkpoint.safetensors") }
  var input: String { path("x.npy") }
  var output: String { path("y.npy") }

  /// Writes them.
  ///
  /// - Parameter imageSize: Height and width of the image.
  /// - Throws: The reason why they cannot be written.
  init(imageSize: Int) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("nin-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let image: Shape = [1, imageSize, imageSize]
    let model = NiN(classes: 10)
    let network = try Network(model, image: image, backend: Reference())
    try network.initialise(seed: 0)
    let description = CheckpointDescription(
      model: model, image: image, classNames: FashionMNIST.classNames, normalisation: .none)
    try Checkpoint.write(network, description: description, to: checkpoint)
    try NPY.write(Tensor<Float>(shape: image.batched(1), repeating: 0.5), to: input)
  }

  func remove() {
    try? FileManager.default.removeItem(at: folder)
  }

  private func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
}
