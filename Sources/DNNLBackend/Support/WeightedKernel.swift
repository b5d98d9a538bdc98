#if DNNL
  import Backends
  import CDNNL
  import Operations
  import Tensors

  /// The three primitives of an operation that has weights: convolution or inner product.
  struct WeightedPrimitives {
    var forward: PrimitiveDescriptor
    var parameterGradients: PrimitiveDescriptor?
    var inputGradient: PrimitiveDescriptor?
    /// The network's layouts: of the input and the output...
    var input: MemoryDescriptor
    var output: MemoryDescriptor
    /// ...and of the weight and the bias that the optimizer updates.
    var weight: MemoryDescriptor
    var bias: MemoryDescriptor?
  }

  /// Runs an operation that has weights, with a fused activation.
  ///
  /// oneDNN's own fused ReLU would turn NaN into 0, so that a diverged network would look like a dead one; the
  /// activation is therefore a separate loop over the output, in place.
  final class WeightedKernel: Kernel {
    let requirements: KernelRequirements
    private let forwardPrimitive: BridgedPrimitive
    private let inputGradientPrimitive: BridgedPrimitive?
    private let parameterGradientsPrimitive: BridgedPrimitive?
    private let rectifier: Rectifier?
    private let engine: Engine
    private let threads: ThreadPool
    private let forwardThreads: ThreadPool
    private var memory: KernelMemory?

    init(
      _ primitives: WeightedPrimitives, output: Layout, parameters: [Layout],
      algorithm: ConvolutionAlgorithm?,
      activation: Activation?,
      engine: Engine, threads: ThreadPool, forwardThreads: ThreadPool? = nil
    ) throws {
      typealias Port = BridgedPrimitive.Port
      let source = Port(
        argument: DNNL_ARG_SRC, query: dnnl_query_src_md, role: .input, descriptor: primitives.input)
      let weight = Port(
        argument: DNNL_ARG_WEIGHTS, query: dnnl_query_weights_md, role: .parameter,
        descriptor: primitives.weight)
      let outputGradient = Port(
        argument: DNNL_ARG_DIFF_DST, query: dnnl_query_diff_dst_md, role: .input,
        descriptor: primitives.output)

      var ports = [source, weight]
      var gradientPorts = [
        source, outputGradient,
        Port(
          argument: DNNL_ARG_DIFF_WEIGHTS, query: dnnl_query_diff_weights_md, role: .output,
          descriptor: primitives.weight),
      ]
      ports.append(
        Port(argument: DNNL_ARG_DST, query: dnnl_query_dst_md, role: .output, descriptor: primitives.output))
      if let bias = primitives.bias {
        ports.append(Port(argument: DNNL_ARG_BIAS, query: nil, role: .input, descriptor: bias))
        gradientPorts.append(Port(argument: DNNL_ARG_DIFF_BIAS, query: nil, role: .output, descriptor: bias))
      }
      forwardPrimitive = try BridgedPrimitive(primitives.forward, engine, ports)
      inputGradientPrimitive = try primitives.inputGradient.map {
        try BridgedPrimitive(
          $0, engine,
          [
            outputGradient, weight,
            Port(
              argument: DNNL_ARG_DIFF_SRC, query: dnnl_query_diff_src_md, role: .output,
              descriptor: primitives.input),
          ])
      }
      parameterGradientsPrimitive = try primitives.parameterGradients.map {
        try BridgedPrimitive($0, engine, gradientPorts)
      }
      rectifier = activation.map { _ in Rectifier(output, threads: threads) }
      self.engine = engine
      self.threads = threads
      self.forwardThreads = forwardThreads ?? threads
      let all = [forwardPrimitive, inputGradientPrimitive, parameterGradientsPrimitive].compactMap(\.self)
      requirements = KernelRequirements(
        output: output, parameters: parameters,
        readsInputInBackward: primitives.parameterGradients != nil,
        readsOutputInBackward: activation != nil && primitives.parameterGradients != nil,
        scratchByteCount: all.map(\.scratchByteCount).max() ?? 0,
        packedByteCount: all.reduce(0) { $0 + $1.packedByteCount },
        algorithm: algorithm, implementation: forwardPrimitive.implementation,
        inputGradientImplementation: inputGradientPrimitive?.implementation,
        parameterGradientsImplementation: parameterGradientsPrimitive?.implementation)
    }

    var reorders: [ReorderRecord] {
      forwardPrimitive.reorders(pass: "forward")
        + (inputGradientPrimitive?.reorders(pass: "input gradient") ?? [])
        + (parameterGradientsPrimitive?.reorders(pass: "weight gradient") ?? [])
    }

    func bind(_ memory: KernelMemory) throws {
      self.memory = memory
      let scratch = memory.scratch
      guard let weight = memory.weight else {
        throw BackendError.unboundMemory(reason: "an operation was given no weight")
      }
      try forwardPrimitive.bind(
        [memory.input, weight, memory.output] + [memory.bias].compactMap(\.self), scratch: scratch,
        packed: memory.packed)
      guard let outputGradient = memory.outputGradient else { return }
      if let inputGradient = memory.inputGradient {
        try inputGradientPrimitive?.bind(
          [outputGradient, weight, inputGradient], scratch: scratch,
          packed: memory.packed + forwardPrimitive.packedByteCount)
      }
      // The gradients of a frozen layer are not requested.
      guard !memory.parameterGradients.isEmpty else { return }
      try parameterGradientsPrimitive?.bind(
        [memory.input, outputGradient] + memory.parameterGradients, scratch: scratch, packed: memory.packed)
    }

    func parametersChanged() throws {
      try forwardPrimitive.repack()
      try inputGradientPrimitive?.repack()
    }

    func forward(_ context: RunContext) throws {
      forwardThreads.makeCurrent()
      defer { threads.makeCurrent() }
      try forwardPrimitive.run()
      guard let memory else { return }
      rectifier?.rectify(memory.output, into: memory.output)
    }

    func activationGradient(_ context: RunContext) {
      guard let memory, let outputGradient = memory.outputGradient else { return }
      rectifier?.maskGradient(outputGradient, byOutput: memory.output, into: outputGradient)
    }

    func parameterGradients(_ context: RunContext) throws {
      try parameterGradientsPrimitive?.run()
    }

    func inputGradient(_ context: RunContext) throws {
      try inputGradientPrimitive?.run()
    }
  }
#endif
