import Backends
import Operations
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Softmax along one axis (the book's equation 4.1.3).
///
/// With m the largest x[j], so that nothing overflows:
///
///     y[i]   = exp(x[i] − m) / Σ_j exp(x[j] − m)
///     ∂x[i]  = y[i] · (∂y[i] − Σ_j y[j]·∂y[j])
///
/// The sums are taken in Double.
struct Softmax: Equations {
  let requirements: KernelRequirements
  private let geometry: SoftmaxGeometry

  init(_ geometry: SoftmaxGeometry, request: KernelRequest) {
    requirements = KernelRequirements(
      output: request.input, placement: .mayOverwriteInput, readsOutputInBackward: request.isTraining,
      implementation: "loops")
    self.geometry = geometry
  }

  func forward<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    addLoop(to: loops) { indices in
      let (x, y) = (memory.input, memory.output)
      let m = indices.reduce(-Double.infinity) { max($0, Double(x[$1])) }
      let sum = indices.reduce(0) { $0 + exp(Double(x[$1]) - m) }
      for index in indices { y[index] = Scalar(exp(Double(x[index]) - m) / sum) }
    }
  }

  func inputGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let dx = memory.inputGradient, let dy = memory.outputGradient else { return }
    let y = memory.output
    addLoop(to: loops) { indices in
      let sum = indices.reduce(0) { $0 + Double(y[$1]) * Double(dy[$1]) }
      for index in indices { dx[index] = Scalar(Double(y[index]) * (Double(dy[index]) - sum)) }
    }
  }

  /// Adds a loop over the slices whose elements sum to 1.
  private func addLoop(to loops: PassLoops, _ body: @escaping (_ indices: StrideTo<Int>) -> Void) {
    let (count, inner) = (geometry.count, geometry.inner)
    loops.add(over: geometry.outer * inner) { slice in
      let (outer, rest) = slice.quotientAndRemainder(dividingBy: inner)
      let first = outer * count * inner + rest
      body(stride(from: first, to: first + count * inner, by: inner))
    }
  }
}
