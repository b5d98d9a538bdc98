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
/// The mask m is a pure function of the seed, the step, the layer and the element's index e, which counts the elements
/// of the whole batch in the order N, C, H, W; so it is the same however the batch is divided, and the backward pass
/// computes it again. With the four words of Philox4x32-10 at the
///
///     key      seed
///     counter  low word of ⌊e / 4⌋, high word of ⌊e / 4⌋, layer, step
///
/// element e takes the word e mod 4 and is dropped if that is below p · 2³². Dropped elements are multiplied by
/// 0, so that NaN stays NaN, as in PyTorch. With p = 1 everything is dropped.
struct Dropout: Equations {
  let requirements: KernelRequirements
  private let count: Int
  private let countPerImage: Int
  private let layer: UInt32
  private let threshold: UInt32
  private let scale: Double

  init(_ shape: Shape, probability: Double, request: KernelRequest) {
    requirements = KernelRequirements(
      output: request.input, placement: .mayOverwriteInput, implementation: "loops")
    count = shape.elementCount
    countPerImage = count / max(shape.extents.first ?? 1, 1)
    layer = UInt32(truncatingIfNeeded: request.layerIndex)
    threshold = DropoutProbability.threshold(probability)
    scale = DropoutProbability.scale(probability)
  }

  func forward<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    multiply(memory.input, into: memory.output, loops)
  }

  func inputGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let dX = memory.inputGradient, let dY = memory.outputGradient else { return }
    multiply(dY, into: dX, loops)
  }

  /// Multiplies by the mask; the source and the destination may be the same memory.
  private func multiply<Scalar: LoopScalar>(
    _ source: UnsafeMutablePointer<Scalar>, into destination: UnsafeMutablePointer<Scalar>, _ loops: PassLoops
  ) {
    let scale = Scalar(scale)
    loops.addRuns(over: count) { run, pass in
      guard pass.isTraining else {
        if source != destination { for index in run { destination[index] = source[index] } }
        return
      }
      let philox = Philox(seed: pass.seed)
      let step = UInt32(truncatingIfNeeded: pass.step)
      let first = pass.firstImage * countPerImage
      let elements = first + run.lowerBound..<first + run.upperBound
      for block in elements.lowerBound / 4...(elements.upperBound - 1) / 4 {
        let words = philox.block(
          at: SIMD4(
            UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32), layer, step))
        for e in (block * 4..<block * 4 + 4).clamped(to: elements) {
          destination[e - first] = source[e - first] * (words[e % 4] < threshold ? 0 : scale)
        }
      }
    }
  }
}
