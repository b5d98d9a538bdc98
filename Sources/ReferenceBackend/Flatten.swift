import Backends
import Operations
import Tensors

/// N×C×H×W read as N×(C·H·W).
///
/// In row-major order the elements are already in the right order,
///
///     Y[n, (c·H + h)·W + w]   = X[n,c,h,w]
///     ∂X[n,c,h,w]             = ∂Y[n, (c·H + h)·W + w]
///
/// so the output shares the input's memory and there is nothing to compute.
struct Flatten: Equations {
  let requirements: KernelRequirements

  init(_ shape: Shape, request: KernelRequest) {
    requirements = KernelRequirements(
      output: Layout(plain: TensorOperation.flatten(shape).outputShape, request.precision.activationType),
      placement: .sharesInput, implementation: "same memory")
  }

  func forward<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {}

  func inputGradient<Scalar: LoopScalar>(_ memory: PlainMemory<Scalar>, _ loops: PassLoops) {}
}
