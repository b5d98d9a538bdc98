import Backends
import Layers
import Operations
import Tensors

/// Computes a batch normalization within the convolution before it, by changing its weights.
///
///     w′ = w · γ / √(σ² + ε),    b′ = (b − μ) · γ / √(σ² + ε) + β
///
/// for each output channel, with the running statistics μ and σ², which prediction uses.
struct FoldBatchNormalization: Rewrite {
  let name = "fold batch normalization into convolution"
  let isForPredictionOnly = true

  func replacement(of first: ResolvedLayer, _ second: ResolvedLayer) -> [ResolvedLayer]? {
    guard case .convolution(let geometry, activation: nil) = first.operation, first.folded.isEmpty,
      case .batchNormalization = second.operation, let biased = try? geometry.withBias()
    else { return nil }
    return [first.folding(second, as: .convolution(biased, activation: nil))]
  }
}

/// The parameters of a folded convolution, recomputed whenever those of the network change.
final class FoldedParameters {
  private let weight: AlignedBuffer
  private let bias: AlignedBuffer
  private let layouts: [Layout]
  private let normalization: BatchNormalizationGeometry

  /// Makes room for them; nil unless the layer is a convolution that a batch normalization is folded into.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - layouts: The layouts of the kernel's weight and bias.
  /// - Throws: `OutOfMemory`.
  init?(of layer: ResolvedLayer, layouts: [Layout]) throws {
    guard case .batchNormalization(let normalization)? = layer.folded.last?.operation else { return nil }
    self.normalization = normalization
    self.layouts = layouts
    weight = try AlignedBuffer(byteCount: layouts[0].byteCount)
    bias = try AlignedBuffer(byteCount: layouts[1].byteCount)
  }

  /// Their addresses, in the kernel's order.
  var addresses: [UnsafeMutableRawPointer] { [weight.baseAddress, bias.baseAddress] }

  /// Their size in bytes.
  var byteCount: Int { weight.byteCount + bias.byteCount }

  /// Computes them.
  ///
  /// - Parameters:
  ///   - values: Returns a parameter or state of one of the layer's owners in float64, by the end of its name; the
  ///     convolution is the first owner.
  ///   - backend: Reorders them into their layouts.
  /// - Throws: The errors of the backend's library.
  func update(_ values: (_ owner: Int, _ name: String) throws -> Tensor<Double>?, on backend: any Backend)
    throws
  {
    guard var weights = try values(0, "weight"), let gamma = try values(1, "weight"),
      let beta = try values(1, "bias"), let mean = try values(1, "running_mean"),
      let variance = try values(1, "running_var")
    else { return }
    var biases = try values(0, "bias") ?? Tensor(shape: beta.shape, repeating: 0)
    let weightsPerChannel = weights.elements.count / normalization.channels
    for channel in 0..<normalization.channels {
      let factor = gamma.elements[channel] / (variance.elements[channel] + normalization.epsilon).squareRoot()
      for index in channel * weightsPerChannel..<(channel + 1) * weightsPerChannel {
        weights.elements[index] *= factor
      }
      biases.elements[channel] =
        (biases.elements[channel] - mean.elements[channel]) * factor + beta.elements[channel]
    }
    try store(weights, in: weight, layouts[0], on: backend)
    try store(biases, in: bias, layouts[1], on: backend)
  }

  private func store(
    _ values: Tensor<Double>, in buffer: AlignedBuffer, _ layout: Layout, on backend: any Backend
  ) throws {
    if layout.elementType == .float64 {
      try values.elements.withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        try backend.reorder(base, Layout(plain: values.shape, .float64), to: buffer.baseAddress, layout)
      }
    } else {
      try values.elements.map(Float.init).withUnsafeBytes { bytes in
        guard let base = bytes.baseAddress else { return }
        try backend.reorder(base, Layout(plain: values.shape, .float32), to: buffer.baseAddress, layout)
      }
    }
  }
}
