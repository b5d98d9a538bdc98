#if DNNL
  import Backends
  import CDNNL
  import Operations
  import Tensors

  extension DNNL {
    /// Flatten: a view if the input is plain.
    static func flatten(_ shape: Shape, _ input: Layout, _ engine: Engine) throws -> any Kernel {
      input.isPlain
        ? FlattenKernel(shape: shape, elementType: input.elementType) : try FlattenReorder(input, engine)
    }
  }

  /// N×C×H×W in one of oneDNN's layouts, reordered to a plain N×(C·H·W).
  private final class FlattenReorder: Kernel {
    let requirements: KernelRequirements
    private let engine: Engine
    private let forwardReorder: ReorderPrimitive
    private let backwardReorder: ReorderPrimitive
    private var forwardPrimitive: TimedReorder?
    private var backwardPrimitive: TimedReorder?

    init(_ input: Layout, _ engine: Engine) throws {
      self.engine = engine
      let images = try input.descriptor()
      let rows = try MemoryDescriptor.plain(input.shape.extents, input.elementType)
      forwardReorder = try ReorderPrimitive(engine, from: images, to: rows)
      backwardReorder = try ReorderPrimitive(engine, from: rows, to: images)
      requirements = KernelRequirements(
        output: Layout(plain: TensorOperation.flatten(input.shape).outputShape, input.elementType),
        scratchByteCount: max(forwardReorder.scratchByteCount, backwardReorder.scratchByteCount),
        implementation: "reorder from \(images.description)")
    }

    func bind(_ memory: KernelMemory) throws {
      forwardPrimitive = try forwardReorder.primitive(
        engine, from: memory.input, to: memory.output, scratch: memory.scratch
      ).map { TimedReorder($0, argument: DNNL_ARG_SRC, byteCount: requirements.output.byteCount) }
      guard let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient else {
        return
      }
      backwardPrimitive = try backwardReorder.primitive(
        engine, from: outputGradient, to: inputGradient, scratch: memory.scratch
      ).map { TimedReorder($0, argument: DNNL_ARG_DIFF_DST, byteCount: requirements.output.byteCount) }
    }

    var reorders: [ReorderRecord] {
      [
        forwardPrimitive?.record(pass: "forward", isRepacking: false),
        backwardPrimitive?.record(pass: "input gradient", isRepacking: false),
      ].compactMap(\.self)
    }

    func forward(_ context: RunContext) throws {
      try forwardPrimitive?.run()
    }

    func inputGradient(_ context: RunContext) throws {
      try backwardPrimitive?.run()
    }
  }
#endif
