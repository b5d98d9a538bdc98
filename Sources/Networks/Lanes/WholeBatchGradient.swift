import Backends
import Operations
import Tensors

/// The gradient of a dense layer whose weights outweigh its activations, as those in the heads of AlexNet and VGG do.
///
/// Summing a gradient per part would move the weights through memory for each part. Instead the parts store their
/// inputs and output gradients here, which are small, and one product computes the gradient of the whole batch.
final class WholeBatchGradient: @unchecked Sendable {
  // Sendable because each part writes different rows, and the product runs when all have been written.
  private let kernel: any Kernel
  /// The largest number of images of a batch.
  let images: Int
  private let input: Rows
  private let outputGradient: Rows
  private let gradients: AlignedBuffer
  private let memory: AlignedBuffer

  /// A tensor with one row per image.
  private struct Rows {
    let buffer: AlignedBuffer
    let byteCount: Int

    init(_ layout: Layout) throws {
      byteCount = layout.byteCount / layout.shape[0]
      buffer = try AlignedBuffer(byteCount: layout.byteCount)
    }

    func copy(_ source: UnsafeRawPointer?, from first: Int, count: Int) {
      guard let source else { return }
      (buffer.baseAddress + first * byteCount).copyMemory(from: source, byteCount: count * byteCount)
    }

    /// Fills the rows from an index on with zeros.
    func clear(from first: Int) {
      let start = buffer.baseAddress + first * byteCount
      start.initializeMemory(as: UInt8.self, repeating: 0, count: buffer.byteCount - first * byteCount)
    }
  }

  /// Whether a layer's gradient is better computed from the whole batch.
  static func isBetter(for layer: PreparedLayer, images: Int) -> Bool {
    guard case .dense(let geometry) = layer.operation, layer.requirements.output.isPlain else { return false }
    return geometry.inputFeatures * geometry.outputFeatures
      > 4 * images * (geometry.inputFeatures + geometry.outputFeatures)
  }

  /// Creates the kernel for all images of a batch.
  ///
  /// - Parameters:
  ///   - layer: The layer, prepared for fewer images.
  ///   - images: The largest number of images of a batch.
  ///   - backend: Makes the kernel.
  ///   - precision: The precision to compute in.
  /// - Throws: The errors of the backend, `OutOfMemory`.
  init(_ layer: PreparedLayer, images: Int, on backend: any Backend, precision: Precision) throws {
    guard case .dense(let part) = layer.operation else {
      throw NetworkError.unsuitableModel(reason: "\(layer.name) is not a dense layer")
    }
    self.images = images
    let geometry = try DenseGeometry(
      input: [images, part.inputFeatures], outputFeatures: part.outputFeatures, hasBias: part.hasBias)
    let inputLayout = Layout(plain: geometry.inputShape, precision.activationType)
    // One thread, so that the bits depend on nothing but the batch.
    let request = KernelRequest(
      operation: .dense(geometry), input: inputLayout, precision: precision, isTraining: true,
      needsInputGradient: false, layerIndex: layer.layer.index,
      parameterLayouts: layer.requirements.parameters, threads: ThreadPool(count: 1))
    kernel = try layer.layer.named { try backend.makeKernel(for: request) }
    let needs = kernel.requirements
    input = try Rows(inputLayout)
    outputGradient = try Rows(needs.output)
    gradients = try AlignedBuffer(byteCount: layer.gradientByteCount)
    // The forward pass, which would write the output and read packed weights, is never run.
    let sizes = [needs.savedByteCount, needs.scratchByteCount].map(AlignedBuffer.rounded)
    memory = try AlignedBuffer(byteCount: sizes.reduce(0, +))
    let memory = KernelMemory(
      input: input.buffer.baseAddress, output: outputGradient.buffer.baseAddress, inputGradient: nil,
      outputGradient: outputGradient.buffer.baseAddress,
      parameters: layer.parameters.map { gradients.baseAddress + $0.layerOffset },
      parameterGradients: layer.parameters.map { gradients.baseAddress + $0.layerOffset },
      saved: memory.baseAddress, scratch: memory.baseAddress + sizes[0], packed: memory.baseAddress)
    try layer.layer.named { try kernel.bind(memory) }
  }

  /// Its size in bytes.
  var byteCount: Int {
    gradients.byteCount + input.buffer.byteCount + outputGradient.buffer.byteCount + memory.byteCount
  }

  /// The gradients of the whole batch.
  var total: UnsafeMutableRawPointer { gradients.baseAddress }

  /// Stores the input and the output gradient of a part.
  func keep(_ layer: PreparedLayer, firstImage: Int, count: Int) {
    input.copy(layer.inputAddress, from: firstImage, count: count)
    outputGradient.copy(layer.outputGradientAddress, from: firstImage, count: count)
  }

  /// Computes the gradients of the batch.
  ///
  /// - Parameter count: The number of images in the batch; missing ones add nothing.
  /// - Throws: The errors of the backend's library.
  func compute(count: Int) throws {
    if count < images {
      input.clear(from: count)
      outputGradient.clear(from: count)
    }
    try kernel.parameterGradients(RunContext(isTraining: true))
  }
}
