#if OpenBLAS
  import Backends

  /// The passes of a layer with parameters: loops over its memory, one after the other.
  ///
  /// A pass for whose result there is no memory is nil.
  struct LayerPasses {
    let forward: [ParallelLoop]
    let parameterGradients: [ParallelLoop]?
    let inputGradient: [ParallelLoop]?

    /// Runs the loops of a pass.
    ///
    /// - Throws: `BackendError` if there are none, since the kernel lacks the memory.
    static func run(_ pass: [ParallelLoop]?) throws {
      guard let pass else { throw BackendError.unboundKernel }
      for loop in pass { loop.run() }
    }
  }
#endif
