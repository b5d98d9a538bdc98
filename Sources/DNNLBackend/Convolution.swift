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
      let weightLayout = try request.parameterLayouts?[0] ?? layout(ofWeight: forward)
      let output = try forward.memory(dnnl_query_dst_md)
      var primitives = WeightedPrimitives(
        forward: forward, input: input, output: output, weight: try descriptor(ofWeight: weightLayout),
        bias: bias)
      if request.isTraining {
        primitives.parameterGradients = try chooseParameterGradients(primitives)
        primitives.inputGradient = request.needsInputGradient ? try chooseInputGradient(primitives) : nil
      }
      let biasLayout = geometry.hasBias ? [Layout(plain: [geometry.outputChannels], .float32)] : []
      return try WeightedKernel(
        primitives, output: Layout(geometry.outputShape, request.input.elementType, output),
        parameters: [weightLayout] + biasLayout, activation: activation, engine: engine, threads: threads)
    }

    // MARK: The three passes

    private func chooseForward() throws -> PrimitiveDescriptor {
      let anyInput = try any(geometry.inputShape.extents)
      let anyWeight = try any(weightExtents)
      let anyOutput = try any(geometry.outputShape.extents)
      let givenWeight = try request.parameterLayouts.map { try descriptor(ofWeight: $0[0]) }
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

    private func chooseParameterGradients(_ primitives: WeightedPrimitives) throws -> PrimitiveDescriptor {
      func make(
        _ input: MemoryDescriptor, _ weight: MemoryDescriptor, _ output: MemoryDescriptor
      ) throws -> PrimitiveDescriptor {
        var window = window
        return try PrimitiveDescriptor("the weight gradient of a convolution") {
          onednn_convolution_backward_weights(
            &$0, engine.engine, dnnl_convolution_direct, input.handle, weight.handle, bias?.handle,
            output.handle, &window, primitives.forward.handle, engine.attributes)
        }
      }
      let anyInput = try any(geometry.inputShape.extents)
      let anyWeight = try MemoryDescriptor.any(weightExtents, .float32)
      let anyOutput = try any(geometry.outputShape.extents)
      return try preferring {
        try make(primitives.input, primitives.weight, primitives.output)
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

    private func layout(ofWeight forward: PrimitiveDescriptor) throws -> Layout {
      try Layout(geometry.weightShape, .float32, forward.memory(dnnl_query_weights_md))
    }

    private func descriptor(ofWeight layout: Layout) throws -> MemoryDescriptor {
      layout.isPlain ? try .plain(weightExtents, .float32) : try layout.descriptor()
    }
  }
#endif
