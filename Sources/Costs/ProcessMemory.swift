import Networks

/// The memory of a process that trains or predicts, at its peak.
package struct ProcessMemory: Sendable, Equatable {
  /// The network's memory.
  package let network: NetworkMemory
  /// The images of the data set, as stored.
  package let images: Int
  /// The batches that are prepared ahead, and the one in use.
  package let batches: Int
  /// In training, the copy of the largest parameter made when parameters are checked and written.
  package let writing: Int
  /// In prediction, all memory at the peak of reading a file's parameters, before the first batch.
  package let reading: Int
  /// Everything else: the program and its libraries, with their memory.
  package let base: Int

  /// The memory of a training run.
  ///
  /// - Parameters:
  ///   - network: The network, prepared for training.
  ///   - images: Bytes of the data set's images.
  ///   - imageByteCount: Bytes of an image in a batch.
  ///   - batchesHeld: The number of batches held at a time.
  package init(training network: Network, images: Int, imageByteCount: Int, batchesHeld: Int) {
    self.init(
      network, images: images, batches: batchesHeld * network.options.batchSizes[0] * imageByteCount,
      writing: Self.parameterSizes(of: network).max() ?? 0, reading: 0)
  }

  /// The memory of predicting a batch.
  ///
  /// - Parameters:
  ///   - network: The network, prepared for prediction.
  ///   - imageByteCount: Bytes of an image of the batch.
  ///   - readsAll: Whether all parameters are read from the file before the first is copied, as from an ONNX file.
  package init(prediction network: Network, imageByteCount: Int, readsAll: Bool = false) {
    let sizes = Self.parameterSizes(of: network)
    var (copied, peak) = (0, 0)
    for size in sizes {
      copied += size
      peak = max(peak, copied + size)
    }
    self.init(
      network, images: 0, batches: network.options.batchSizes[0] * imageByteCount, writing: 0,
      reading: Self.usualBase + (readsAll ? 2 * copied : peak))
  }

  private init(_ network: Network, images: Int, batches: Int, writing: Int, reading: Int) {
    self.network = network.memory
    self.images = images
    self.batches = batches
    self.writing = writing
    self.reading = reading
    base = Self.usualBase
  }

  /// The bytes of each plain parameter.
  private static func parameterSizes(of network: Network) -> [Int] {
    let elementByteCount = network.options.precision.parameterType.byteCount
    return network.parameterShapes.map { elementByteCount * $0.shape.elementCount }
  }

  /// The memory of a process that does almost nothing, as measured on Linux with each backend.
  private static let usualBase = 28 << 20

  /// All memory that is expected to be written, and so takes physical memory.
  package var total: Int {
    max(network.total - network.rarelyUsed + images + batches + writing + base, reading)
  }
}
