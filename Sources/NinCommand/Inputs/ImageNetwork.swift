import NetworkInNetwork

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A prepared network with its description.
struct ImageNetwork {
  let network: Network
  /// The description of its training data in its file.
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

  /// The logits of one image, flattened.
  func logits(_ pixels: Pixels) throws -> [Float] {
    let output = try network.predict(pixels, count: 1).elements
    // The logarithms of probabilities are logits.
    return description.model.layers.last is Softmax ? output.map { log($0) } : output
  }
}
