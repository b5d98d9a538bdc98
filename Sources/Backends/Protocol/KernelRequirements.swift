/// The memory a kernel requires and the layouts it produces; the network plans its memory from this.
public struct KernelRequirements: Sendable {
  /// The placement of the output.
  public enum Placement: Sendable {
    /// In separate memory.
    case separate
    /// Over the input if that is no longer needed; the gradients in the same way.
    case mayOverwriteInput
    /// Always in the input's memory: the bytes are the same, only the shape differs.
    case sharesInput
  }

  /// The layout of the output, and of its gradient.
  public var output: Layout
  /// The layouts of the parameters and their gradients, in the operation's order.
  public var parameters: [Layout]
  /// The placement of the output.
  public var placement: Placement
  /// Whether a backward pass reads the input.
  public var readsInputInBackward: Bool
  /// Whether a backward pass reads the output.
  public var readsOutputInBackward: Bool
  /// Bytes kept from the forward pass for the backward pass.
  public var savedByteCount: Int
  /// Bytes that any pass may use while it runs, shared between all kernels of a lane.
  public var scratchByteCount: Int
  /// Bytes for the kernel's copies of its parameters in another form, such as packed weights.
  ///
  /// Kernels of the same request share the memory, and only one of them is notified of new parameters.
  public var packedByteCount: Int
  /// The algorithm of a convolution, in all passes: the conformance suite judges the rounding by this name.
  public var algorithm: ConvolutionAlgorithm?
  /// The implementation of the forward pass, for display: `jit:avx512_core`, `im2col+sgemm`.
  public var implementation: String
  /// The implementation of the input gradient.
  public var inputGradientImplementation: String
  /// The implementation of the parameters' gradients.
  public var parameterGradientsImplementation: String

  /// Creates requirements; omitted ones are not needed, and the backward passes' implementations default to the forward
  /// pass's name.
  public init(
    output: Layout, parameters: [Layout] = [], placement: Placement = .separate,
    readsInputInBackward: Bool = false, readsOutputInBackward: Bool = false, savedByteCount: Int = 0,
    scratchByteCount: Int = 0, packedByteCount: Int = 0, algorithm: ConvolutionAlgorithm? = nil,
    implementation: String,
    inputGradientImplementation: String? = nil, parameterGradientsImplementation: String? = nil
  ) {
    self.output = output
    self.parameters = parameters
    self.placement = placement
    self.readsInputInBackward = readsInputInBackward
    self.readsOutputInBackward = readsOutputInBackward
    self.savedByteCount = savedByteCount
    self.scratchByteCount = scratchByteCount
    self.packedByteCount = packedByteCount
    self.algorithm = algorithm
    self.implementation = implementation
    self.inputGradientImplementation = inputGradientImplementation ?? implementation
    self.parameterGradientsImplementation = parameterGradientsImplementation ?? implementation
  }
}
