import Operations

/// What a kernel needs and gives; the network plans its memory from these.
public struct KernelRequirements: Sendable {
  /// Where the output lies.
  public enum Placement: Sendable {
    /// In memory of its own.
    case separate
    /// In the input's memory if nobody needs the input any more; its gradient likewise.
    case mayOverwriteInput
    /// In the input's memory always: the bytes are the same, only the shape is another.
    case sharesInput
  }

  /// The layout of the output, and of its gradient.
  public var output: Layout
  /// The layouts of the parameters and their gradients, in the operation's order.
  public var parameters: [Layout]
  /// Where the output lies.
  public var placement: Placement
  /// Whether a backward pass reads the input.
  public var readsInputInBackward: Bool
  /// Whether a backward pass reads the output.
  public var readsOutputInBackward: Bool
  /// Bytes kept from the forward to the backward pass.
  public var savedByteCount: Int
  /// Bytes that any pass may use while it runs, shared between all kernels.
  public var scratchByteCount: Int
  /// Bytes that the kernel holds itself, such as packed weights.
  public var ownByteCount: Int
  /// The algorithm of a convolution, all passes of it: the conformance suite judges the rounding by this name.
  public var algorithm: ConvolutionAlgorithm?
  /// The implementation of the forward pass, for people: `jit:avx512_core`, `im2col+sgemm`.
  public var implementation: String
  /// The same of the input gradient.
  public var inputGradientImplementation: String
  /// The same of the parameters' gradients.
  public var parameterGradientsImplementation: String

  /// Makes requirements; what is left out is not needed, and the backward passes' implementations are called as
  /// the forward pass's.
  public init(
    output: Layout, parameters: [Layout] = [], placement: Placement = .separate,
    readsInputInBackward: Bool = false, readsOutputInBackward: Bool = false, savedByteCount: Int = 0,
    scratchByteCount: Int = 0, ownByteCount: Int = 0, algorithm: ConvolutionAlgorithm? = nil,
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
    self.ownByteCount = ownByteCount
    self.algorithm = algorithm
    self.implementation = implementation
    self.inputGradientImplementation = inputGradientImplementation ?? implementation
    self.parameterGradientsImplementation = parameterGradientsImplementation ?? implementation
  }
}
