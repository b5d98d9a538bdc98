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
    /// The layouts that the network has: of the input and the output...
    var input: MemoryDescriptor
    var output: MemoryDescriptor
    /// ...and of the weight and the bias that the optimiser updates.
    var weight: MemoryDescriptor
    var bias: MemoryDescriptor?
  }

  /// Runs an operation that has weights, and an activation fused to it.
  ///
  /// oneDNN's own fused ReLU would turn NaN into 0, so that a network that has diverged looked like one that has
  /// died; the activation is therefore a loop of ours over the output, in place.
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

    var conversions: [LayoutConversion] {
      forwardPrimitive.conversions(pass: "forward")
        + (inputGradientPrimitive?.conversions(pass: "input gradient") ?? [])
        + (parameterGradientsPrimitive?.conversions(pass: "weight gradient") ?? [])
    }

    func bind(_ memory: KernelMemory) throws {
      self.memory = memory
      let scratch = memory.scratch
      guard let weight = memory.weight else { throw BackendError("an operation was given no weight") }
      try forwardPrimitive.bind(
        [memory.input, weight, memory.output] + [memory.bias].compactMap(\.self), scratch: scratch,
        packed: memory.packed)
      guard let outputGradient = memory.outputGradient else { return }
      if let inputGradient = memory.inputGradient {
        try inputGradientPrimitive?.bind(
          [outputGradient, weight, inputGradient], scratch: scratch,
          packed: memory.packed + forwardPrimitive.packedByteCount)
      }
      // A frozen layer's are not asked for.
      guard !memory.parameterGradients.isEmpty else { return }
      try parameterGradientsPrimitive?.bind(
        [memory.input, outputGradient] + memory.parameterGradients, scratch: scratch, packed: memory.packed)
    }

    func parametersChanged() throws {
      try forwardPrimitive.repack()
      try inputGradientPrimitive?.repack()
    }

    func forward(_ pass: Pass) throws {
      forwardThreads.makeCurrent()
      defer { threads.makeCurrent() }
      try forwardPrimitive.run()
      guard let memory else { return }
      rectifier?.rectify(memory.output, into: memory.output)
    }

    func activationGradient(_ pass: Pass) {
      guard let memory, let outputGradient = memory.outputGradient else { return }
      rectifier?.maskGradient(outputGradient, byOutput: memory.output, into: outputGradient)
    }

    func parameterGradients(_ pass: Pass) throws {
      try parameterGradientsPrimitive?.run()
    }

    func inputGradient(_ pass: Pass) throws {
      try inputGradientPrimitive?.run()
    }
  }
#endif
