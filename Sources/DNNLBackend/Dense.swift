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

    init(_ geometry: DenseGeometry, _ request: KernelRequest, _ engine: Engine) {
      self.geometry = geometry
      self.request = request
      self.engine = engine
    }

    /// Makes the kernel.
    func kernel(threads: ThreadPool) throws -> WeightedKernel {
      let type = request.precision.activationType
      let input = try MemoryDescriptor.plain(geometry.inputShape.extents, type)
      let output = try MemoryDescriptor.plain(geometry.outputShape.extents, type)
      let bias: MemoryDescriptor? = geometry.hasBias ? try .plain([geometry.outputFeatures], .float32) : nil
      let anyWeight = try MemoryDescriptor.any(geometry.weightShape.extents, type)
      let forward = try PrimitiveDescriptor("an inner product") {
        onednn_inner_product_forward(
          &$0, engine.engine, request.isTraining ? dnnl_forward_training : dnnl_forward_inference,
          input.handle, anyWeight.handle, bias?.handle, output.handle, engine.attributes)
      }
      let weightLayout =
        try request.parameterLayouts?[0]
        ?? Layout(geometry.weightShape, .float32, forward.memory(dnnl_query_weights_md))
      var primitives = WeightedPrimitives(
        forward: forward, input: input, output: output, weight: try weightLayout.descriptor(), bias: bias)
      if request.isTraining {
        let anyGradient = try MemoryDescriptor.any(geometry.weightShape.extents, .float32)
        primitives.parameterGradients = try PrimitiveDescriptor("the weight gradient of an inner product") {
          onednn_inner_product_backward_weights(
            &$0, engine.engine, input.handle, anyGradient.handle, bias?.handle, output.handle, forward.handle,
            engine.attributes)
        }
        if request.needsInputGradient {
          primitives.inputGradient = try PrimitiveDescriptor("the input gradient of an inner product") {
            onednn_inner_product_backward_data(
              &$0, engine.engine, input.handle, anyWeight.handle, output.handle, forward.handle,
              engine.attributes)
          }
        }
      }
      let biasLayout = geometry.hasBias ? [Layout(plain: [geometry.outputFeatures], .float32)] : []
      return try WeightedKernel(
        primitives, output: Layout(plain: geometry.outputShape, type),
        parameters: [weightLayout] + biasLayout,
        activation: nil, engine: engine, threads: threads)
    }
  }
#endif
