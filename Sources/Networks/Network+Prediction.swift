import Backends
import Operations
import Tensors

extension Network {
  /// Computes the output for some images, without dropout.
  ///
  /// - Parameter images: N×C×H×W numbers, used as they are; any N from 1.
  /// - Returns: The output, plain: N×classes logits for a classifier.
  /// - Throws: ``NetworkError`` if the images do not have the network's shape, or a parameter has no values.
  public func predict(_ images: Tensor<Float>) throws -> Tensor<Float> {
    try predict(.floats(images))
  }

  /// Computes the output for some images, without dropout.
  ///
  /// - Parameters:
  ///   - pixels: The images, N×C×H×W.
  ///   - count: N.
  /// - Returns: The output, plain.
  /// - Throws: ``NetworkError`` if a parameter has no values; the errors of the backend's library.
  public func predict(_ pixels: Pixels, count: Int) throws -> Tensor<Float> {
    var result = Tensor<Float>(shape: outputShape(count), repeating: 0)
    try result.elements.withUnsafeMutableBufferPointer { try predict(pixels, count: count, into: $0) }
    return result
  }

  /// Computes the output for some images, without dropout, into the caller's memory; nothing is allocated.
  ///
  /// - Parameters:
  ///   - pixels: The images, N×C×H×W.
  ///   - count: N.
  ///   - output: The memory for the output, plain, with the elements of ``outputShape(_:)``.
  /// - Throws: ``NetworkError`` if a parameter has no values; the errors of the backend's library.
  /// - Precondition: The output has the right number of elements.
  public func predict(_ pixels: Pixels, count: Int, into output: UnsafeMutableBufferPointer<Float>) throws {
    precondition(output.count == count * outputElementsPerImage, "the output has the wrong size")
    try run(BatchWork(pixels: pixels, count: count, output: output.baseAddress))
  }

  /// Every layer's output for some images, without dropout, by the layer's name; a network that keeps activations fuses
  /// no layers.
  ///
  /// - Parameter images: At most one micro-batch of images, N×C×H×W: as many as the first of
  ///   ``NetworkOptions/batchSizes``, unless ``NetworkOptions/microBatch`` is smaller.
  /// - Returns: The layers' names and outputs, in the model's order.
  /// - Throws: ``NetworkError`` unless the network was prepared to keep the activations of as many images.
  public func activations(_ images: Tensor<Float>) throws -> [(name: String, values: Tensor<Float>)] {
    try requireImages(images.shape)
    let count = images.shape[0]
    guard options.keepsActivations, count <= microBatch else {
      let limit = options.keepsActivations ? ", at most a micro-batch of \(microBatch)" : ""
      throw NetworkError.notPrepared(
        reason:
          "the network was not prepared to keep the activations of \(counted(count, "image"))\(limit); prepare it with "
          + "NetworkOptions(batchSizes: [\(max(count, 1))], keepsActivations: true) and no smaller microBatch"
      )
    }
    try requireValues()
    var result: [(String, Tensor<Float>)] = []
    try images.elements.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      try runner.run(BatchWork(pixels: .floats(base), count: count))
      for layer in runner.lastPlan?.layers ?? [] {
        guard let output = layer.outputAddress else { continue }
        result.append((layer.name, try backend.plain(output, layer.requirements.output)))
      }
    }
    return result
  }

  /// Requires images of the network's shape.
  ///
  /// - Throws: ``NetworkError`` otherwise.
  package func requireImages(_ shape: Shape) throws {
    // Compares slices, since `perImage` would allocate.
    guard shape.rank > 0, shape.extents.dropFirst().elementsEqual(image.extents) else {
      throw NetworkError.wrongShape(
        name: "images", expected: image, given: shape,
        reason: "the network takes images of N×\(image), not \(shape)")
    }
  }
}
