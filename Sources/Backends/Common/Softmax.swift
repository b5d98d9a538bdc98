import Operations
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Softmax along one axis in float32, for plain layouts; exponentials and sums in double precision.
///
/// It runs over the few numbers at the end of a network, so it is written for clarity.
public final class SoftmaxKernel: Kernel {
  /// What it needs and gives.
  public let requirements: KernelRequirements
  private let geometry: SoftmaxGeometry
  private let threads: ThreadPool
  private var forwardLoop: ParallelLoop?
  private var gradientLoop: ParallelLoop?

  /// Makes the kernel; input and output are plain.
  public init(_ geometry: SoftmaxGeometry, threads: ThreadPool) {
    self.geometry = geometry
    self.threads = threads
    requirements = KernelRequirements(
      output: Layout(plain: geometry.shape, .float32), placement: .mayOverwriteInput,
      readsOutputInBackward: true, implementation: "softmax")
  }

  /// Takes the memory that it will work on.
  public func bind(_ memory: KernelMemory) {
    let x = memory.input.assumingMemoryBound(to: Float.self)
    let y = memory.output.assumingMemoryBound(to: Float.self)
    // The largest element is subtracted, so that nothing overflows.
    forwardLoop = makeLoop { places in
      var largest = -Double.infinity
      for place in places { largest = max(largest, Double(x[place])) }
      var total = 0.0
      for place in places { total += exp(Double(x[place]) - largest) }
      for place in places { y[place] = Float(exp(Double(x[place]) - largest) / total) }
    }
    guard let dx = memory.inputGradient?.assumingMemoryBound(to: Float.self),
      let dy = memory.outputGradient?.assumingMemoryBound(to: Float.self)
    else { return }
    gradientLoop = makeLoop { places in
      var product = 0.0
      for place in places { product += Double(y[place]) * Double(dy[place]) }
      for place in places { dx[place] = Float(Double(y[place]) * (Double(dy[place]) - product)) }
    }
  }

  /// Computes the output from the input.
  public func forward(_ pass: Pass) {
    forwardLoop?.run()
  }

  /// Computes the gradient of the input from that of the output.
  public func inputGradient(_ pass: Pass) {
    gradientLoop?.run()
  }

  /// A loop over the slices whose elements sum to 1.
  private func makeLoop(_ body: @escaping (_ places: StrideTo<Int>) -> Void) -> ParallelLoop {
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
