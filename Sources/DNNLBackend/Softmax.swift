#if DNNL
  import Backends
  import CDNNL
  import Operations
  import Tensors

  extension DNNL {
    /// Softmax: in plain memory, or in a plain copy.
    static func softmax(
      _ geometry: SoftmaxGeometry, _ request: KernelRequest, _ engine: Engine
    ) throws -> any Kernel {
      request.input.isPlain
        ? SoftmaxKernel(geometry, threads: request.threads)
        : try PlainSoftmax(geometry, request.input, engine, threads: request.threads)
    }
  }

  /// Softmax of images in a layout of oneDNN's: copied to a plain output, which is then normalised in place.
  private final class PlainSoftmax: Kernel {
    let requirements: KernelRequirements
    private let engine: Engine
    private let softmax: SoftmaxKernel
    private let forwardCopy: Reordering
    private let backwardCopy: Reordering
    private var forwardPrimitive: Primitive?
    private var backwardPrimitive: Primitive?

    init(_ geometry: SoftmaxGeometry, _ input: Layout, _ engine: Engine, threads: ThreadPool) throws {
      self.engine = engine
      softmax = SoftmaxKernel(geometry, threads: threads)
      let images = try input.descriptor()
      let rows = try MemoryDescriptor.plain(input.shape.extents, input.elementType)
      forwardCopy = try Reordering(engine, from: images, to: rows)
      backwardCopy = try Reordering(engine, from: rows, to: images)
      let output = softmax.requirements.output
      requirements = KernelRequirements(
        output: output, readsOutputInBackward: true,
        scratchByteCount: AlignedBuffer.rounded(output.byteCount)
          + max(forwardCopy.scratchByteCount, backwardCopy.scratchByteCount),
        implementation: "softmax, reorder from \(images.description)")
    }

    func bind(_ memory: KernelMemory) throws {
      // The plain gradient lies at the beginning of the scratch memory, that of the copies after it.
      let plainGradient = memory.scratch
      let scratch = memory.scratch + AlignedBuffer.rounded(requirements.output.byteCount)
      forwardPrimitive = try forwardCopy.primitive(
        engine, from: memory.input, to: memory.output, scratch: scratch)
      var inPlace = memory
      inPlace.input = memory.output
      inPlace.inputGradient = memory.inputGradient.map { _ in plainGradient }
      softmax.bind(inPlace)
      guard let inputGradient = memory.inputGradient else { return }
      backwardPrimitive = try backwardCopy.primitive(
        engine, from: plainGradient, to: inputGradient, scratch: scratch)
    }

    func forward(_ pass: Pass) throws {
      try forwardPrimitive?.run()
      softmax.forward(pass)
    }

    func inputGradient(_ pass: Pass) throws {
      softmax.inputGradient(pass)
      try backwardPrimitive?.run()
    }
  }
#endif
