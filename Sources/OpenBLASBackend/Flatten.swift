#if OpenBLAS
  import Backends
  import Operations

  /// Reads the same bytes with another shape; there is nothing to compute.
  final class FlattenKernel: Kernel {
    let requirements: KernelRequirements

    init(_ request: KernelRequest) {
      requirements = KernelRequirements(
        output: Layout(plain: request.operation.outputShape, .float32), placement: .sharesInput,
        implementation: "shared memory")
    }

    func bind(_ memory: KernelMemory) {}

    func forward(_ pass: Pass) {}

    func inputGradient(_ pass: Pass) {}
  }
#endif
