import NetworkInNetwork

/// Three loops, standing in for a BLAS or a matrix unit.
struct MyMultiplier: MatrixMultiplier {
  let name = "three loops"
  let maximumExtent = Int.max

  func multiply(
    _ left: Matrix, _ right: Matrix, _ extents: ProductExtents, into result: UnsafeMutablePointer<Float>,
    resultStride: Int, adding: Bool
  ) {
    for row in 0..<extents.rows {
      for column in 0..<extents.columns {
        var sum: Float = 0
        for term in 0..<extents.depth { sum += left[row, term] * right[term, column] }
        let index = row * resultStride + column
        result[index] = adding ? result[index] + sum : sum
      }
    }
  }
}

/// max(x, 0) over float32 in any layout.
final class MyReLU: Kernel {
  let requirements: KernelRequirements
  private let threads: ThreadPool
  private var forwardLoop: ParallelLoop?
  private var gradientLoop: ParallelLoop?

  init(_ request: KernelRequest) {
    threads = request.threads
    requirements = KernelRequirements(
      output: request.input, placement: .mayOverwriteInput, readsOutputInBackward: request.isTraining,
      implementation: "a loop")
  }

  func bind(_ memory: KernelMemory) {
    let count = requirements.output.storedCount
    let x = memory.input.assumingMemoryBound(to: Float.self)
    let y = memory.output.assumingMemoryBound(to: Float.self)
    forwardLoop = ParallelLoop(threads: threads, count: count) { elements, _ in
      for index in elements { y[index] = x[index] <= 0 ? 0 : x[index] }  // keeps NaN
    }
    guard let dx = memory.inputGradient?.assumingMemoryBound(to: Float.self),
      let dy = memory.outputGradient?.assumingMemoryBound(to: Float.self)
    else { return }
    gradientLoop = ParallelLoop(threads: threads, count: count) { elements, _ in
      for index in elements { dx[index] = y[index] <= 0 ? 0 : dy[index] }
    }
  }

  func forward(_ context: RunContext) { forwardLoop?.run() }
  func inputGradient(_ context: RunContext) { gradientLoop?.run() }
}

/// The backend: its own rows where it has them, and the package's common rows for the rest.
package struct MyBackend: Backend {
  package let name = "mine"
  package let threads: ThreadPool
  package let table: OperationTable
  package let information = BackendInformation(
    library: "none", instructionSet: "as compiled", precisions: [.float32])

  package init(threads: ThreadPool) {
    self.threads = threads
    var table = Reference(threads: threads).table
    table.convolution = [.im2col: Im2col.convolution(MyMultiplier())]
    table.dense = Im2col.dense(MyMultiplier())
    table.maxPooling = Common.maxPooling()
    table.relu = .init("mine", "a loop") { request, _ in MyReLU(request) }
    table.sumOfSquares = .init("mine", "a loop, float64") { values, layout in
      let values = values.assumingMemoryBound(to: Float.self)
      return (0..<layout.storedCount).reduce(0) { $0 + Double(values[$1]) * Double(values[$1]) }
    }
    self.table = table
  }

  package func limitation(of operation: TensorOperation, precision: Precision) -> String? {
    guard precision == .float32 else { return "mine computes in float32 only" }
    return Im2col.limitation(of: operation, MyMultiplier()) ?? Common.limitation(of: operation)
  }

  package func canFuse(_ activation: Activation, into operation: TensorOperation) -> Bool {
    Im2col.canFuse(activation, into: operation)
  }
}
