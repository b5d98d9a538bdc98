import Backends
import Operations
import Tensors

/// Inverted dropout (the book's equation 5.6.1).
///
/// In training, with p the probability,
///
///     y  = m · x,    ∂x = m · ∂y,    m = 0 with probability p, and 1 / (1 − p) otherwise
///
/// and in prediction y = x.
///
/// The mask m is a pure function of the seed, the step, the layer and the element's index e, which counts the
/// elements of the whole batch in the order N, C, H, W; so it is the same however the batch is divided, and the
/// backward pass computes it anew. With the four words of Philox4x32-10 at the
///
///     key      seed
///     counter  low word of ⌊e / 4⌋, high word of ⌊e / 4⌋, layer, step
///
/// element e takes the word e mod 4 and is dropped if that is below p · 2³². Dropped elements are multiplied by
/// 0, so that NaN stays NaN, as in PyTorch. With p = 1 everything is dropped.
struct Dropout<Scalar: LoopScalar>: Equations {
  let requirements: KernelRequirements
  private let count: Int
  private let countPerImage: Int
  private let layer: UInt32
  private let threshold: UInt32
  private let scale: Scalar
  private let threads: ThreadPool

  init(_ shape: Shape, probability: Double, request: KernelRequest, threads: ThreadPool) {
    requirements = KernelRequirements(
      output: request.input, placement: .mayOverwriteInput, implementation: "loops")
    count = shape.elementCount
    countPerImage = count / max(shape.extents.first ?? 1, 1)
    layer = UInt32(truncatingIfNeeded: request.layerIndex)
    threshold = UInt32(clamping: Int64(probability * 0x1p32))
    scale = probability < 1 ? Scalar(1 / (1 - probability)) : 0
    self.threads = threads
  }

  func forward(_ memory: PlainMemory<Scalar>, _ pass: Pass) {
    apply(from: memory.input, to: memory.output, pass)
  }

  func inputGradient(_ memory: PlainMemory<Scalar>, _ pass: Pass) {
    guard let dX = memory.inputGradient, let dY = memory.outputGradient else { return }
    apply(from: dY, to: dX, pass)
  }

  /// Multiplies by the mask; the source and the destination may be the same memory.
  private func apply(
    from source: UnsafeMutablePointer<Scalar>, to destination: UnsafeMutablePointer<Scalar>, _ pass: Pass
  ) {
    guard pass.isTraining else {
      if source != destination { destination.update(from: source, count: count) }
      return
    }
    guard count > 0 else { return }
    let philox = Philox(seed: pass.seed)
    let step = UInt32(truncatingIfNeeded: pass.step)
    let first = pass.firstImage * countPerImage
    let firstBlock = first / 4
    threads.forEach((first + count - 1) / 4 - firstBlock + 1) { offset in
      let block = firstBlock + offset
      let words = philox.block(
        at: SIMD4(
          UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), layer, step))
      for e in max(block * 4, first)..<min(block * 4 + 4, first + count) {
        destination[e - first] = source[e - first] * (words[e % 4] < threshold ? 0 : scale)
      }
    }
  }
}
