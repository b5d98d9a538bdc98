import NetworkInNetwork

/// A prepared network with its description.
struct ImageNetwork {
  let network: Network
  /// The description of the network in its file.
  let description: CheckpointDescription

  /// Prepares the network of a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - backend: The backend to run on.
  ///   - compute: Precision, micro-batch and algorithms.
  ///   - imageCount: The number of images.
  /// - Throws: The errors of `Network`, and of the file.
  init(_ file: NetworkFile, on backend: any Backend, _ compute: ComputeOptions, imageCount: Int) throws {
    description = file.description
    network = try file.makeNetwork(on: backend, compute, imageCount: imageCount)
  }

  /// The network with the names of its classes, for classifying.
  ///
  /// - Throws: `TrainingError` if the network does not end in one number per class.
  func classifier() throws -> Classifier {
    let classes = network.outputShape(1)
    return try Classifier(
      network, classNames: ClassLabels(description, count: classes.rank > 1 ? classes[1] : 1).names,
      resize: description.resize ?? .pillow)
  }
}
