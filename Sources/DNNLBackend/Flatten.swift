#if DNNL
  import Backends
  import CDNNL
  import Operations
  import Tensors

  extension DNNL {
    /// Flatten: the bytes as they are where the input is plain.
    static func flatten(_ shape: Shape, _ input: Layout, _ engine: Engine) throws -> any Kernel {
      input.isPlain
        ? FlattenKernel(shape: shape, elementType: input.elementType) : try FlattenCopy(input, engine)
    }
  }

  /// N×C×H×W in a layout of oneDNN's, copied to a plain N×(C·H·W).
  private final class FlattenCopy: Kernel {
    let requirements: KernelRequirements
    private let engine: Engine
    private let forwardCopy: Reordering
    private let backwardCopy: Reordering
    private var forwardPrimitive: TimedCopy?
    private var backwardPrimitive: TimedCopy?

    init(_ input: Layout, _ engine: Engine) throws {
      self.engine = engine
      let images = try input.descriptor()
      let rows = try MemoryDescriptor.plain(input.shape.extents, input.elementType)
      forwardCopy = try Reordering(engine, from: images, to: rows)
      backwardCopy = try Reordering(engine, from: rows, to: images)
      requirements = KernelRequirements(
        output: Layout(plain: Operation.flatten(input.shape).outputShape, input.elementType),
        scratchByteCount: max(forwardCopy.scratchByteCount, backwardCopy.scratchByteCount),
        implementation: "reorder from \(images.description)")
    }

    func bind(_ memory: KernelMemory) throws {
      forwardPrimitive = try forwardCopy.primitive(
        engine, from: memory.input, to: memory.output, scratch: memory.scratch
      ).map { TimedCopy($0, argument: DNNL_ARG_SRC, byteCount: requirements.output.byteCount) }
      guard let inputGradient = memory.inputGradient, let outputGradient = memory.outputGradient else {
        return
      }
      backwardPrimitive = try backwardCopy.primitive(
        engine, from: outputGradient, to: inputGradient, scratch: memory.scratch
      ).map { TimedCopy($0, argument: DNNL_ARG_DIFF_DST, byteCount: requirements.output.byteCount) }
    }

    var conversions: [LayoutConversion] {
      [
        forwardPrimitive?.conversion(pass: "forward", isRepacking: false),
        backwardPrimitive?.conversion(pass: "input gradient", isRepacking: false),
      ].compactMap(\.self)
    }

    func forward(_ pass: Pass) throws {
      try forwardPrimitive?.run()
    }

    func inputGradient(_ pass: Pass) throws {
      try backwardPrimitive?.run()
    }
  }
#endif
