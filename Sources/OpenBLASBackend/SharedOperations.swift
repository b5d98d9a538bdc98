#if OpenBLAS
  import Backends
  import Operations

  extension OpenBLAS {
    func makeSharedKernel(for request: KernelRequest) throws -> any Kernel {
      throw BackendError("the openblas backend has no kernel for \(request.operation.name)")
    }

    public func softmaxCrossEntropy(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore {
      preconditionFailure()
    }

    public func accumulate(_ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, _ layout: Layout)
    {
      preconditionFailure()
    }

    public func sumOfSquares(_ values: UnsafeRawPointer, _ layout: Layout) -> Double {
      preconditionFailure()
    }

    public func update(_ step: GradientDescentStep) {
      preconditionFailure()
    }
  }
#endif
