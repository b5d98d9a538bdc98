import Operations
import Tensors

/// One operation of one network, prepared by one backend for one batch size.
///
/// It is used in this order: it is made; the network reads ``requirements`` and plans the memory; ``bind(_:)`` hands
/// over the memory; ``parametersChanged()`` is called whenever the parameters have new values; then the passes run, any
/// number of times. Backward passes run in the order ``activationGradient(_:)``, ``parameterGradients(_:)``,
/// ``inputGradient(_:)``, after the forward pass of the same images. A network makes a kernel for each of its lanes and
/// runs them in parallel.
public protocol Kernel: AnyObject {
  /// The kernel's requirements.
  var requirements: KernelRequirements { get }

  /// The reorders it makes while it runs, with their times so far.
  var reorders: [ReorderRecord] { get }

  /// Takes the memory that it will work on; called once, before anything is run.
  func bind(_ memory: KernelMemory) throws

  /// Rebuilds the kernel's copies of the parameters in another form, such as packed weights.
  func parametersChanged() throws

  /// Computes the output from the input.
  func forward(_ context: RunContext) throws

  /// Converts, in place, the gradient of the output into that of the value before the fused activation.
  func activationGradient(_ context: RunContext) throws

  /// Computes the gradients of the parameters from the input and the gradient of the output.
  func parameterGradients(_ context: RunContext) throws

  /// Computes the gradient of the input from that of the output.
  func inputGradient(_ context: RunContext) throws
}

extension Kernel {
  /// No reorders.
  public var reorders: [ReorderRecord] { [] }

  /// Does nothing: no parameters are kept in another form.
  public func parametersChanged() {}

  /// Does nothing: no activation is fused.
  public func activationGradient(_ context: RunContext) {}

  /// Does nothing: there are no parameters.
  public func parameterGradients(_ context: RunContext) {}
}

/// A request for a kernel, made when a network is prepared.
public struct KernelRequest: Sendable {
  /// The operation, batch included.
  public var operation: TensorOperation
  /// The layout in which the input arrives, and in which its gradient is expected.
  public var input: Layout
  /// The precision to compute in.
  public var precision: Precision
  /// Whether backward passes will be run.
  public var isTraining: Bool
  /// Whether the gradient of the input will be requested; that of the first layer never is.
  public var needsInputGradient: Bool
  /// The layer's index among all layers that compute, the same on every backend: part of dropout's counter.
  public var layerIndex: Int
  /// The layouts of the parameters if another kernel of the same layer, for another batch size, has already chosen
  /// them; they must be kept.
  public var parameterLayouts: [Layout]?
  /// The algorithm for a convolution; nil for the backend's choice.
  public var algorithm: ConvolutionAlgorithm?
  /// The threads that share each pass: one if the network runs kernels in parallel.
  public var threads: ThreadPool
  /// Whether passes are cut for several threads, even if ``threads`` is one.
  ///
  /// If rounding depends on how a pass is cut, the cut must not depend on the number of threads.
  public var isWide: Bool

  /// The weight's layout if it has already been chosen.
  public var weightLayout: Layout? { parameterLayouts?.first }

  /// Creates a request; by default it is wide if there are several threads.
  public init(
    operation: TensorOperation, input: Layout, precision: Precision, isTraining: Bool,
    needsInputGradient: Bool,
    layerIndex: Int, parameterLayouts: [Layout]? = nil, algorithm: ConvolutionAlgorithm? = nil,
    threads: ThreadPool, isWide: Bool? = nil
  ) {
    self.operation = operation
    self.input = input
    self.precision = precision
    self.isTraining = isTraining
    self.needsInputGradient = needsInputGradient
    self.layerIndex = layerIndex
    self.parameterLayouts = parameterLayouts
    self.algorithm = algorithm
    self.threads = threads
    self.isWide = isWide ?? (threads.count > 1)
  }
}

extension KernelRequest {
  /// Requires a plain input, for rows that read no other layout.
  ///
  /// - Throws: ``BackendError`` if it is stored in another order.
  public func requirePlainInput() throws {
    guard !input.isPlain else { return }
    throw BackendError.unsupportedLayout(reason: "\(operation.name) needs a plain input, and got \(input)")
  }
}

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

/// The memory that a kernel works on for its lifetime, at multiples of 64 bytes.
///
/// The layouts are in the kernel's request and ``KernelRequirements``. Gradients are present only if the request needs
/// them.
public struct KernelMemory {
  /// The input; never written, unless the output is stored over it.
  public var input: UnsafeMutableRawPointer
  /// The output.
  public var output: UnsafeMutableRawPointer
  /// The gradient of the input, to be written.
  public var inputGradient: UnsafeMutableRawPointer?
  /// The gradient of the output, to be read.
  public var outputGradient: UnsafeMutableRawPointer?
  /// The parameters, in the operation's order.
  public var parameters: [UnsafeMutableRawPointer]
  /// The gradients of the parameters, to be written.
  public var parameterGradients: [UnsafeMutableRawPointer]
  /// The operation's state, kept from step to step, in its order.
  ///
  /// Floating-point numbers have the type of the parameters, counts are 64-bit integers. A training pass may write it,
  /// all others only read it. Kernels of all parts of a batch share it.
  public var state: [UnsafeMutableRawPointer]
  /// Memory kept from the forward to the backward pass.
  public var saved: UnsafeMutableRawPointer
  /// Scratch memory for any pass while it runs.
  public var scratch: UnsafeMutableRawPointer
  /// Copies of the parameters in another form, shared with all kernels of the same request.
  public var packed: UnsafeMutableRawPointer

  /// The weight, if the operation has one.
  public var weight: UnsafeMutableRawPointer? { parameters.first }
  /// The bias, if the operation has one.
  public var bias: UnsafeMutableRawPointer? { parameters.count > 1 ? parameters[1] : nil }
  /// The gradient of the weight, if requested.
  public var weightGradient: UnsafeMutableRawPointer? { parameterGradients.first }
  /// The gradient of the bias, if requested.
  public var biasGradient: UnsafeMutableRawPointer? {
    parameterGradients.count > 1 ? parameterGradients[1] : nil
  }

  /// Creates the memory of a kernel.
  public init(
    input: UnsafeMutableRawPointer, output: UnsafeMutableRawPointer,
    inputGradient: UnsafeMutableRawPointer?, outputGradient: UnsafeMutableRawPointer?,
    parameters: [UnsafeMutableRawPointer], parameterGradients: [UnsafeMutableRawPointer],
    state: [UnsafeMutableRawPointer] = [], saved: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer,
    packed: UnsafeMutableRawPointer
  ) {
    self.input = input
    self.output = output
    self.inputGradient = inputGradient
    self.outputGradient = outputGradient
    self.parameters = parameters
    self.parameterGradients = parameterGradients
    self.state = state
    self.saved = saved
    self.scratch = scratch
    self.packed = packed
  }
}

/// The arguments of a pass beyond the kernel's memory.
public struct RunContext: Sendable {
  /// Whether dropout drops, and batch normalization takes the statistics of the batch instead of the running ones.
  public var isTraining: Bool
  /// The seed of the random numbers.
  public var seed: UInt64
  /// The number of earlier training steps.
  public var step: Int
  /// The index in the whole batch of the first image of the kernel's part.
  public var firstImage: Int
  /// Whether a ``BatchStatisticsKernel`` that computes part of a batch has been given the sums over the whole batch.
  public var hasBatchStatistics = false

  /// Creates a context; by default for prediction.
  public init(isTraining: Bool = false, seed: UInt64 = 0, step: Int = 0, firstImage: Int = 0) {
    self.isTraining = isTraining
    self.seed = seed
    self.step = step
    self.firstImage = firstImage
  }
}

/// A reorder of a tensor that a kernel makes in every pass, or whenever parameters change.
///
/// Adjacent kernels that agree on a layout need none; the rest are recorded with their time.
public struct ReorderRecord: Sendable {
  /// The tensor that is reordered, for display: `weight`.
  public let tensor: String
  /// The pass that needs it: `input gradient`.
  public let pass: String
  /// Bytes of the reordered tensor.
  public let byteCount: Int
  /// Whether it is made only when the parameters have changed.
  public let isRepacking: Bool
  /// The time that it has taken so far.
  public let elapsed: Duration

  /// Creates the record of a reorder.
  public init(tensor: String, pass: String, byteCount: Int, isRepacking: Bool, elapsed: Duration) {
    self.tensor = tensor
    self.pass = pass
    self.byteCount = byteCount
    self.isRepacking = isRepacking
    self.elapsed = elapsed
  }
}
