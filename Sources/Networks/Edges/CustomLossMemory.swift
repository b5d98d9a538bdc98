import Backends
import Tensors

/// Passes the output of a part to a custom loss: unchanged in float32, rounded from float64.
final class CustomLossMemory {
  private let output: Layout
  /// Logits and gradient in float32, if the network's are float64.
  private let narrow: (logits: AlignedBuffer, gradient: AlignedBuffer)?

  /// - Parameter output: The layout of the output, plain.
  /// - Throws: `OutOfMemory`.
  init(for output: Layout) throws {
    self.output = output
    let byteCount = output.storedCount * MemoryLayout<Float>.stride
    narrow =
      output.elementType == .float64
      ? (try AlignedBuffer(byteCount: byteCount), try AlignedBuffer(byteCount: byteCount)) : nil
  }

  /// Computes the loss of a part, and the gradient of the output if there is memory for it.
  func score(
    _ loss: any CustomLoss, _ logits: UnsafeRawPointer, _ labels: UnsafePointer<Int32>, imagesOfBatch: Int,
    gradient: UnsafeMutableRawPointer?
  ) -> ClassificationScore {
    func score(_ logits: UnsafeRawPointer, _ gradient: UnsafeMutableRawPointer?) -> ClassificationScore {
      let gradient = gradient?.assumingMemoryBound(to: Float.self)
      return loss.score(
        CustomLossCall(
          logits: UnsafeBufferPointer(
            start: logits.assumingMemoryBound(to: Float.self), count: output.storedCount),
          labels: UnsafeBufferPointer(start: labels, count: output.shape[0]), classes: output.shape[1],
          imagesOfBatch: imagesOfBatch,
          gradient: gradient.map { UnsafeMutableBufferPointer(start: $0, count: output.storedCount) }))
    }
    guard let narrow else { return score(logits, gradient) }
    let (wideLogits, narrowLogits) = (
      logits.assumingMemoryBound(to: Double.self),
      narrow.logits.baseAddress.assumingMemoryBound(to: Float.self)
    )
    for index in 0..<output.storedCount { narrowLogits[index] = Float(wideLogits[index]) }
    let result = score(narrowLogits, gradient == nil ? nil : narrow.gradient.baseAddress)
    if let wide = gradient?.assumingMemoryBound(to: Double.self) {
      let narrowGradient = narrow.gradient.baseAddress.assumingMemoryBound(to: Float.self)
      for index in 0..<output.storedCount { wide[index] = Double(narrowGradient[index]) }
    }
    return result
  }
}
