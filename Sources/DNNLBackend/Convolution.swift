#if DNNL
  import Backends
  import CDNNL
  import Operations
  import Tensors

  /// Chooses oneDNN's primitives for a convolution.
  ///
  /// The algorithm is always `convolution_direct`: `convolution_auto` may pick an inexact Winograd in one of the
  /// passes and not in the others.
  struct Convolution {
    private let geometry: ConvolutionGeometry
    private let request: KernelRequest
    private let engine: Engine
    private let window: onednn_window
    private let input: MemoryDescriptor
    private let bias: MemoryDescriptor?

    init(_ geometry: ConvolutionGeometry, _ request: KernelRequest, _ engine: Engine) throws {
      self.geometry = geometry
      self.request = request
      self.engine = engine
      window = onednn_window(geometry.window)
      input = try request.input.descriptor()
      bias = geometry.hasBias ? try .plain([geometry.outputChannels], .float32) : nil
    }

    /// Makes the kernel.
    func kernel(activation: Activation?, threads: ThreadPool) throws -> WeightedKernel {
      let forward = try chooseForward()
      let output = try forward.memory(dnnl_query_dst_md)
      let given =
        try request.parameterLayouts.map { try descriptor(ofWeight: $0[0]) } ?? masterWeight(forward: forward)
      let gradients =
        request.isTraining ? try chooseParameterGradients(forward, output, weight: given) : nil
      let weight = try given ?? masterWeight(gradients: gradients)
      let weightLayout = try Layout(geometry.weightShape, .float32, weight)
      var primitives = WeightedPrimitives(
        forward: forward, parameterGradients: gradients, input: input, output: output, weight: weight,
        bias: bias)
      if request.needsInputGradient { primitives.inputGradient = try chooseInputGradient(primitives) }
      let biasLayout = geometry.hasBias ? [Layout(plain: [geometry.outputChannels], .float32)] : []
      return try WeightedKernel(
        primitives, output: Layout(geometry.outputShape, request.input.elementType, output),
        parameters: [weightLayout] + biasLayout, activation: activation,
        clearsScratch: readsUnwrittenScratch, engine: engine, threads: threads)
    }

    /// Whether the weight gradient multiplies scratch memory that nobody has written by 0, which may be NaN.
    ///
    /// In bfloat16 oneDNN takes pixels of a row in pairs; where a row of the output has one pixel alone, and the
    /// stride leaves out its neighbour, the pair's other half is left as it was (seen in 2.6.3).
    private var readsUnwrittenScratch: Bool {
      request.precision == .bfloat16 && geometry.output.width == 1 && geometry.window.stride.width > 1
    }

    // MARK: The three passes

    private func chooseForward() throws -> PrimitiveDescriptor {
      let anyInput = try any(geometry.inputShape.extents)
      let anyWeight = try any(weightExtents)
      let anyOutput = try any(geometry.outputShape.extents)
      let givenWeight =
        request.precision == .float32
        ? try request.parameterLayouts.map { try descriptor(ofWeight: $0[0]) } : nil
      func make(_ input: MemoryDescriptor, _ weight: MemoryDescriptor) throws -> PrimitiveDescriptor {
        var window = window
        return try PrimitiveDescriptor("a convolution") {
          onednn_convolution_forward(
            &$0, engine.engine, request.isTraining ? dnnl_forward_training : dnnl_forward_inference,
            dnnl_convolution_direct, input.handle, weight.handle, bias?.handle, anyOutput.handle,
            &window, engine.attributes)
        }
      }
      return try preferring {
        try make(input, givenWeight ?? anyWeight)
      } over: {
        try make(anyInput, anyWeight)
      }
    }

    private func chooseInputGradient(_ primitives: WeightedPrimitives) throws -> PrimitiveDescriptor {
      let anyWeight = try any(weightExtents)
      func make(_ input: MemoryDescriptor, _ output: MemoryDescriptor) throws -> PrimitiveDescriptor {
        var window = window
        return try PrimitiveDescriptor("the input gradient of a convolution") {
          onednn_convolution_backward_data(
            &$0, engine.engine, dnnl_convolution_direct, input.handle, anyWeight.handle, output.handle,
            &window, primitives.forward.handle, engine.attributes)
        }
      }
      let anyInput = try any(geometry.inputShape.extents)
      let anyOutput = try any(geometry.outputShape.extents)
      return try preferring {
        try make(primitives.input, primitives.output)
      } over: {
        try make(anyInput, anyOutput)
      }
    }

    private func chooseParameterGradients(
      _ forward: PrimitiveDescriptor, _ keptOutput: MemoryDescriptor, weight keptWeight: MemoryDescriptor?
    ) throws -> PrimitiveDescriptor {
      func make(
        _ input: MemoryDescriptor, _ weight: MemoryDescriptor, _ output: MemoryDescriptor
      ) throws -> PrimitiveDescriptor {
        var window = window
        return try PrimitiveDescriptor("the weight gradient of a convolution") {
          onednn_convolution_backward_weights(
            &$0, engine.engine, dnnl_convolution_direct, input.handle, weight.handle, bias?.handle,
            output.handle, &window, forward.handle, engine.attributes)
        }
      }
      let anyInput = try any(geometry.inputShape.extents)
      let anyWeight = try MemoryDescriptor.any(weightExtents, .float32)
      let anyOutput = try any(geometry.outputShape.extents)
      return try preferring {
        try make(input, keptWeight ?? anyWeight, keptOutput)
      } over: {
        try make(anyInput, anyWeight, anyOutput)
      }
    }

    /// The primitive that takes the network's layouts, unless only another one is fast.
    private func preferring(
      _ kept: () throws -> PrimitiveDescriptor, over free: () throws -> PrimitiveDescriptor
    ) throws -> PrimitiveDescriptor {
      let keeping = try? kept()
      if let keeping, !keeping.isFallback { return keeping }
      let choosing = try free()
      guard let keeping, choosing.isFallback else { return choosing }
      return keeping
    }

    // MARK: Layouts

    /// O×I×H×W, or G×O/G×I×H×W with groups, as oneDNN has it.
    private var weightExtents: [Int] {
      guard geometry.groups > 1 else { return geometry.weightShape.extents }
      return [geometry.groups, geometry.outputChannelsPerGroup] + geometry.weightShape.extents.dropFirst()
    }

    private func any(_ extents: [Int]) throws -> MemoryDescriptor {
      try .any(extents, request.precision.activationType)
    }

    /// The layout in which the optimiser updates the weight, where the forward pass decides it.
    ///
    /// In float32 it does, so that it copies nothing. Other precisions copy the weight after each update in any
    /// case; it then lies as its gradient does.
    private func masterWeight(forward: PrimitiveDescriptor) throws -> MemoryDescriptor? {
      request.precision == .float32 ? try forward.memory(dnnl_query_weights_md) : nil
    }

    private func masterWeight(gradients: PrimitiveDescriptor?) throws -> MemoryDescriptor {
      try gradients?.memory(dnnl_query_diff_weights_md) ?? .plain(weightExtents, .float32)
    }

    private func descriptor(ofWeight layout: Layout) throws -> MemoryDescriptor {
      layout.isPlain ? try .plain(weightExtents, .float32) : try layout.descriptor()
    }
  }
#endif
