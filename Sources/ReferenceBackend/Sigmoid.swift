import Backends
import Operations
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The sigmoid function (the book's equations 5.1.6 and 5.1.7).
///
///     y  = 1 / (1 + exp(−x)), below 0 as exp(x) / (1 + exp(x)), which does not overflow
///     ∂x = ∂y · y · (1 − y)
///
/// The gradient is computed from y instead of x, so that y may overwrite x. Exponentials are taken in Double. NaN is
/// kept.
struct Sigmoid: Equations {
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
      for index in run {
        let x = Double(memory.input[index])
        memory.output[index] = Scalar(x < 0 ? exp(x) / (1 + exp(x)) : 1 / (1 + exp(-x)))
      }
    }
  }

  func inputGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {
    guard let dX = memory.inputGradient, let dY = memory.outputGradient else { return }
    loops.addRuns(over: count) { run, _ in
      for index in run {
        let y = memory.output[index]
        dX[index] = dY[index] * (y * (1 - y))
      }
    }
  }
}
