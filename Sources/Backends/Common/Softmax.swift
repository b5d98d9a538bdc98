import Operations
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Softmax along one axis in float32, for plain layouts; exponentials and sums are in double precision.
///
/// It runs over the few numbers at the end of a network, so it is written for clarity.
package final class SoftmaxKernel: Kernel {
  /// The kernel's requirements.
  package let requirements: KernelRequirements
  private let geometry: SoftmaxGeometry
  private let threads: ThreadPool
  private var forwardLoop: ParallelLoop?
  private var gradientLoop: ParallelLoop?

  /// Creates the kernel; input and output are plain.
  package init(_ geometry: SoftmaxGeometry, threads: ThreadPool) {
    self.geometry = geometry
    self.threads = threads
    requirements = KernelRequirements(
      output: Layout(plain: geometry.shape, .float32), placement: .mayOverwriteInput,
      readsOutputInBackward: true, implementation: "softmax")
  }

  /// Binds the kernel to its memory.
  package func bind(_ memory: KernelMemory) {
    let x = memory.input.assumingMemoryBound(to: Float.self)
    let y = memory.output.assumingMemoryBound(to: Float.self)
    // The largest element is subtracted, so that nothing overflows.
    forwardLoop = makeLoop { indices in
      var largest = -Double.infinity
      for index in indices { largest = max(largest, Double(x[index])) }
      var total = 0.0
      for index in indices { total += exp(Double(x[index]) - largest) }
      for index in indices { y[index] = Float(exp(Double(x[index]) - largest) / total) }
    }
    guard let dx = memory.inputGradient?.assumingMemoryBound(to: Float.self),
      let dy = memory.outputGradient?.assumingMemoryBound(to: Float.self)
    else { return }
    gradientLoop = makeLoop { indices in
      var product = 0.0
      for index in indices { product += Double(y[index]) * Double(dy[index]) }
      for index in indices { dx[index] = Float(Double(y[index]) * (Double(dy[index]) - product)) }
    }
  }

  /// Computes the output from the input.
  package func forward(_ context: RunContext) {
    forwardLoop?.run()
  }

  /// Computes the gradient of the input from that of the output.
  package func inputGradient(_ context: RunContext) {
    gradientLoop?.run()
  }

  /// A loop over the slices whose elements sum to 1.
  private func makeLoop(_ body: @escaping (_ indices: StrideTo<Int>) -> Void) -> ParallelLoop {
    let (count, inner) = (geometry.count, geometry.inner)
    return ParallelLoop(threads: threads, count: geometry.outer * inner) { slices, _ in
      for slice in slices {
        let (outer, rest) = slice.quotientAndRemainder(dividingBy: inner)
        let first = outer * count * inner + rest
        body(stride(from: first, to: first + count * inner, by: inner))
      }
    }
  }
}

extension Common {
  /// The row of softmax, for plain layouts in float32.
  ///
  /// - Returns: The row of a backend's table.
  public static func softmax() -> OperationTable.KernelRow<SoftmaxGeometry> {
    .init(owner, "sums in float64") { request, geometry in
      try request.requirePlainInput()
      return SoftmaxKernel(geometry, threads: request.threads)
    }
  }
}
