#if DNNL
  import Backends
  import CDNNL
  import Operations
  import Tensors

  /// Chooses oneDNN's primitives for a fully connected layer; input and output are plain.
  struct Dense {
    private let geometry: DenseGeometry
    private let request: KernelRequest
    private let engine: Engine
    private let input: MemoryDescriptor
    private let output: MemoryDescriptor
    private let anyWeight: MemoryDescriptor
    private let bias: MemoryDescriptor?

    /// With several threads, oneDNN would split the sums over the features, and the bits would depend on the number of
    /// threads; one thread reads the weights from memory nearly as fast.
    private static let forwardThreads = ThreadPool(count: 1)

    init(_ geometry: DenseGeometry, _ request: KernelRequest, _ engine: Engine) throws {
      self.geometry = geometry
      self.request = request
      self.engine = engine
      let type = request.precision.activationType
      input = try .plain(geometry.inputShape.extents, type)
      output = try .plain(geometry.outputShape.extents, type)
      anyWeight = try .any(geometry.weightShape.extents, type)
      bias = geometry.hasBias ? try .plain([geometry.outputFeatures], .float32) : nil
    }

    /// Makes the kernel.
    func kernel() throws -> WeightedKernel {
      let forward = try chooseForward()
      let gradients = request.isTraining ? try chooseParameterGradients(forward) : nil
      let weight =
        try request.weightLayout?.descriptor() ?? masterWeight(forward: forward, gradients: gradients)
      let primitives = WeightedPrimitives(
        forward: forward, parameterGradients: gradients,
        inputGradient: request.needsInputGradient ? try chooseInputGradient(forward) : nil, input: input,
        output: output, weight: weight, bias: bias)
      let biasLayout = geometry.hasBias ? [Layout(plain: [geometry.outputFeatures], .float32)] : []
      return try WeightedKernel(
        primitives, output: Layout(plain: geometry.outputShape, request.precision.activationType),
        parameters: [try Layout(geometry.weightShape, .float32, weight)] + biasLayout, algorithm: nil,
        activation: nil,
        engine: engine, threads: request.threads, forwardThreads: Self.forwardThreads)
    }

    /// The layout in which the optimizer updates the weight, as for a convolution: the forward pass's in float32,
    /// otherwise the gradient's.
    private func masterWeight(
      forward: PrimitiveDescriptor, gradients: PrimitiveDescriptor?
    ) throws -> MemoryDescriptor {
      guard request.precision != .float32 else { return try forward.memory(dnnl_query_weights_md) }
      return try gradients?.memory(dnnl_query_diff_weights_md)
        ?? .plain(geometry.weightShape.extents, .float32)
    }

    private func chooseForward() throws -> PrimitiveDescriptor {
      Self.forwardThreads.makeCurrent()
      defer { request.threads.makeCurrent() }
      return try PrimitiveDescriptor("an inner product") {
        onednn_inner_product_forward(
          &$0, engine.engine, request.isTraining ? dnnl_forward_training : dnnl_forward_inference,
          input.handle, anyWeight.handle, bias?.handle, output.handle, engine.attributes)
      }
    }

    private func chooseParameterGradients(_ forward: PrimitiveDescriptor) throws -> PrimitiveDescriptor {
      let anyGradient = try MemoryDescriptor.any(geometry.weightShape.extents, .float32)
      return try PrimitiveDescriptor("the weight gradient of an inner product") {
        onednn_inner_product_backward_weights(
          &$0, engine.engine, input.handle, anyGradient.handle, bias?.handle, output.handle, forward.handle,
          engine.attributes)
      }
    }

    private func chooseInputGradient(_ forward: PrimitiveDescriptor) throws -> PrimitiveDescriptor {
      try PrimitiveDescriptor("the input gradient of an inner product") {
        onednn_inner_product_backward_data(
          &$0, engine.engine, input.handle, anyWeight.handle, output.handle, forward.handle, engine.attributes
        )
      }
    }
  }
#endif
