#if DNNL
  import Backends
  import CDNNL
  import Operations
  import Tensors

  extension DNNL {
    /// Softmax: in plain memory, or after a reorder to it.
    static func softmax(
      _ geometry: SoftmaxGeometry, _ request: KernelRequest, _ engine: Engine
    ) throws -> any Kernel {
      request.input.isPlain
        ? SoftmaxKernel(geometry, threads: request.threads)
        : try PlainSoftmax(geometry, request.input, engine, threads: request.threads)
    }
  }

  /// Softmax of images in one of oneDNN's layouts: they are reordered to the plain output, which is normalized in place.
  private final class PlainSoftmax: Kernel {
    let requirements: KernelRequirements
    private let engine: Engine
    private let softmax: SoftmaxKernel
    private let forwardReorder: ReorderPrimitive
    private let backwardReorder: ReorderPrimitive
    private var forwardPrimitive: Primitive?
    private var backwardPrimitive: Primitive?

    init(_ geometry: SoftmaxGeometry, _ input: Layout, _ engine: Engine, threads: ThreadPool) throws {
      self.engine = engine
      softmax = SoftmaxKernel(geometry, threads: threads)
      let images = try input.descriptor()
      let rows = try MemoryDescriptor.plain(input.shape.extents, input.elementType)
      forwardReorder = try ReorderPrimitive(engine, from: images, to: rows)
      backwardReorder = try ReorderPrimitive(engine, from: rows, to: images)
      let output = softmax.requirements.output
      requirements = KernelRequirements(
        output: output, readsOutputInBackward: true,
        scratchByteCount: AlignedBuffer.rounded(output.byteCount)
          + max(forwardReorder.scratchByteCount, backwardReorder.scratchByteCount),
        implementation: "softmax, reorder from \(images.description)")
    }

    func bind(_ memory: KernelMemory) throws {
      // The plain gradient is at the beginning of the scratch memory, followed by the scratch memory of the reorders.
      let plainGradient = memory.scratch
      let scratch = memory.scratch + AlignedBuffer.rounded(requirements.output.byteCount)
      forwardPrimitive = try forwardReorder.primitive(
        engine, from: memory.input, to: memory.output, scratch: scratch)
      var inPlace = memory
      inPlace.input = memory.output
      inPlace.inputGradient = memory.inputGradient.map { _ in plainGradient }
      softmax.bind(inPlace)
      guard let inputGradient = memory.inputGradient else { return }
      backwardPrimitive = try backwardReorder.primitive(
        engine, from: plainGradient, to: inputGradient, scratch: scratch)
    }

    func forward(_ context: RunContext) throws {
      try forwardPrimitive?.run()
      softmax.forward(context)
    }

    func inputGradient(_ context: RunContext) throws {
      softmax.inputGradient(context)
      try backwardPrimitive?.run()
    }
  }
#endif
