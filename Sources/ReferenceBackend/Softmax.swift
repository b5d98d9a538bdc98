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
struct Softmax<Scalar: LoopScalar>: Equations {
  let requirements: KernelRequirements
  private let geometry: SoftmaxGeometry
  private let threads: ThreadPool

  init(_ geometry: SoftmaxGeometry, request: KernelRequest, threads: ThreadPool) {
    requirements = KernelRequirements(
      output: request.input, placement: .mayOverwriteInput, readsOutputInBackward: request.isTraining,
      implementation: "loops")
    self.geometry = geometry
    self.threads = threads
  }

  func forward(_ memory: PlainMemory<Scalar>, _ pass: Pass) {
    forEachSlice { places in
      let (x, y) = (memory.input, memory.output)
      let m = places.reduce(-Double.infinity) { max($0, Double(x[$1])) }
      let sum = places.reduce(0) { $0 + exp(Double(x[$1]) - m) }
      for place in places { y[place] = Scalar(exp(Double(x[place]) - m) / sum) }
    }
  }

  func inputGradient(_ memory: PlainMemory<Scalar>, _ pass: Pass) {
    guard let dx = memory.inputGradient, let dy = memory.outputGradient else { return }
    let y = memory.output
    forEachSlice { places in
      let sum = places.reduce(0) { $0 + Double(y[$1]) * Double(dy[$1]) }
      for place in places { dx[place] = Scalar(Double(y[place]) * (Double(dy[place]) - sum)) }
    }
  }

  /// Calls a function with the places of the elements that sum to 1, slice by slice.
  private func forEachSlice(_ body: (StrideTo<Int>) -> Void) {
    let (count, inner) = (geometry.count, geometry.inner)
    threads.forEach(geometry.outer * inner) { slice in
      let (outer, rest) = slice.quotientAndRemainder(dividingBy: inner)
      let first = outer * count * inner + rest
      body(stride(from: first, to: first + count * inner, by: inner))
    }
  }
}
