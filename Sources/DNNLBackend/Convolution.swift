#if DNNL
  import Backends
  import CDNNL
  import Operations
  import Tensors

  /// Chooses oneDNN's primitives for a convolution.
  ///
  /// The algorithm is the same in all passes: `convolution_auto` may pick an inexact Winograd in one of them but not in
  /// the others.
  struct Convolution {
    private let geometry: ConvolutionGeometry
    private let request: KernelRequest
    private let engine: Engine
    private let algorithm: dnnl_alg_kind_t
    private let window: onednn_window
    private let input: MemoryDescriptor
    private let bias: MemoryDescriptor?

    init(
      _ geometry: ConvolutionGeometry, _ request: KernelRequest, _ engine: Engine,
      _ algorithm: dnnl_alg_kind_t
    ) throws {
      self.algorithm = algorithm
      self.geometry = geometry
      self.request = request
      self.engine = engine
      window = onednn_window(geometry.window)
      input = try request.input.descriptor()
      bias = geometry.hasBias ? try .plain([geometry.outputChannels], .float32) : nil
    }

    /// Makes the kernel.
    func kernel(_ name: ConvolutionAlgorithm, activation: Activation?) throws -> WeightedKernel {
      let forward = try chooseForward()
      let output = try forward.memory(dnnl_query_dst_md)
      let given =
        try request.weightLayout.map(descriptor(ofWeight:)) ?? masterWeight(forward: forward)
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
        parameters: [weightLayout] + biasLayout, algorithm: name, activation: activation, engine: engine,
        threads: request.threads)
    }

    // MARK: The three passes

    private func chooseForward() throws -> PrimitiveDescriptor {
      let anyInput = try any(geometry.inputShape.extents)
      let anyWeight = try any(weightExtents)
      let anyOutput = try any(geometry.outputShape.extents)
      let givenWeight =
        request.precision == .float32
        ? try request.weightLayout.map(descriptor(ofWeight:)) : nil
      func make(_ input: MemoryDescriptor, _ weight: MemoryDescriptor) throws -> PrimitiveDescriptor {
        var window = window
        return try PrimitiveDescriptor("a convolution") {
          onednn_convolution_forward(
            &$0, engine.engine, request.isTraining ? dnnl_forward_training : dnnl_forward_inference,
            algorithm, input.handle, weight.handle, bias?.handle, anyOutput.handle,
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
            &$0, engine.engine, algorithm, input.handle, anyWeight.handle, output.handle,
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
        var skipped: Int32 = 0
        while true {
          let descriptor = try PrimitiveDescriptor("the weight gradient of a convolution") {
            onednn_convolution_backward_weights(
              &$0, engine.engine, algorithm, input.handle, weight.handle, bias?.handle,
              output.handle, &window, forward.handle, engine.attributes, skipped)
          }
          guard descriptor.isWrongWeightGradient(of: geometry, in: request.precision) else {
            return descriptor
          }
          skipped += 1
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

    /// The primitive that uses the network's layouts, unless only one with other layouts is fast.
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

    /// O×I×H×W, or G×O/G×I×H×W with groups, as in oneDNN.
    private var weightExtents: [Int] {
      guard geometry.groups > 1 else { return geometry.weightShape.extents }
      return [geometry.groups, geometry.outputChannelsPerGroup] + geometry.weightShape.extents.dropFirst()
    }

    private func any(_ extents: [Int]) throws -> MemoryDescriptor {
      try .any(extents, request.precision.activationType)
    }

    /// The layout in which the optimizer updates the weight, if the forward pass decides it.
    ///
    /// In float32 it does, so that nothing is reordered. Other precisions reorder the weight after each update anyway,
    /// so it is stored like its gradient.
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
