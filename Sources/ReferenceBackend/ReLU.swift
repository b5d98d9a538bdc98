import Backends
import Operations
import Tensors

/// The rectified linear unit (the book's equation 5.1.4).
///
/// NaN is kept and its gradient passed, as PyTorch does:
///
///     y  = 0 where x ≤ 0, and x elsewhere
///     ∂x = 0 where y ≤ 0, and ∂y elsewhere
///
/// NaN is not ≤ 0. The gradient is computed from y instead of x, so that y may overwrite x.
struct ReLU: Equations {
  let requirements: KernelRequirements
  private let count: Int

  init(_ shape: Shape, request: KernelRequest) {
    requirements = KernelRequirements(
      output: request.input, placement: .mayOverwriteInput, readsOutputInBackward: request.isTraining,
      implementation: "loops")
    count = shape.elementCount
  }

  func forward<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    loops.addRuns(over: count) { run, _ in
      rectify(
        memory.output + run.lowerBound, from: memory.input + run.lowerBound, count: run.count)
    }
  }

  func inputGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let dX = memory.inputGradient, let dY = memory.outputGradient else { return }
    loops.addRuns(over: count) { run, _ in
      let start = run.lowerBound
      rectifyGradient(dX + start, of: memory.output + start, from: dY + start, count: run.count)
    }
  }
}

/// y from x; both may be the same memory.
func rectify<Scalar: LoopScalar>(
  _ y: UnsafeMutablePointer<Scalar>, from x: UnsafePointer<Scalar>, count: Int
) {
  for index in 0..<count { y[index] = x[index] <= 0 ? 0 : x[index] }
}

/// ∂x from y and ∂y; ∂x and ∂y may be the same memory.
func rectifyGradient<Scalar: LoopScalar>(
  _ dx: UnsafeMutablePointer<Scalar>, of y: UnsafePointer<Scalar>, from dy: UnsafePointer<Scalar>, count: Int
) {
  for index in 0..<count { dx[index] = y[index] <= 0 ? 0 : dy[index] }
}
