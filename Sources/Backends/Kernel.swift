import Operations
import Tensors

/// What a network asks of a backend when it is prepared: one operation with its surroundings.
public struct KernelRequest: Sendable {
  /// What is to be computed, batch included.
  public var operation: Operation
  /// The layout in which the input arrives, and in which its gradient is expected.
  public var input: Layout
  /// In which numbers.
  public var precision: Precision
  /// Whether backward passes will be run.
  public var isTraining: Bool
  /// Whether the gradient of the input will be asked for; the first layer's never is.
  public var needsInputGradient: Bool
  /// The layer's place among all layers that compute, the same on every backend: part of dropout's counter.
  public var layerIndex: Int
  /// The layouts of the parameters where another kernel of the same layer, for another batch size, has already
  /// chosen them; they must be kept.
  public var parameterLayouts: [Layout]?

  /// Makes a request.
  public init(
    operation: Operation, input: Layout, precision: Precision, isTraining: Bool, needsInputGradient: Bool,
    layerIndex: Int, parameterLayouts: [Layout]? = nil
  ) {
    self.operation = operation
    self.input = input
    self.precision = precision
    self.isTraining = isTraining
    self.needsInputGradient = needsInputGradient
    self.layerIndex = layerIndex
    self.parameterLayouts = parameterLayouts
  }
}

/// One operation of one network, prepared by one backend for one batch size.
///
/// It is used in this order: it is made; the network reads ``requirements`` and plans the memory; ``bind(_:)``
/// hands the memory over; ``parametersChanged()`` follows whenever the parameters have got new values; then the
/// passes run, as often as wanted. Backward passes run in the order ``activationGradient(_:)``,
/// ``parameterGradients(_:)``, ``inputGradient(_:)``, after the forward pass of the same micro-batch.
public protocol Kernel: AnyObject {
  /// What it needs and gives.
  var requirements: KernelRequirements { get }

  /// Takes the memory that it will work on; called once, before anything is run.
  func bind(_ memory: KernelMemory) throws

  /// Rebuilds what the kernel keeps of the parameters in another form, such as packed weights.
  func parametersChanged() throws

  /// Computes the output from the input.
  func forward(_ pass: Pass) throws

  /// Turns, in place, the gradient of the output into that of the value before the fused activation.
  func activationGradient(_ pass: Pass) throws

  /// Computes the gradients of the parameters from the input and the gradient of the output.
  func parameterGradients(_ pass: Pass) throws

  /// Computes the gradient of the input from that of the output.
  func inputGradient(_ pass: Pass) throws
}

extension Kernel {
  /// Nothing is kept in another form.
  public func parametersChanged() {}

  /// No activation is fused.
  public func activationGradient(_ pass: Pass) {}

  /// There are no parameters.
  public func parameterGradients(_ pass: Pass) {}
}

/// What a pass has to know beyond its memory.
public struct Pass: Sendable {
  /// Whether dropout drops.
  public var isTraining: Bool
  /// The seed of the random numbers.
  public var seed: UInt64
  /// How many steps of training came before.
  public var step: Int
  /// Where in the whole batch the first image of this micro-batch stands.
  public var firstImage: Int

  /// Makes a pass; the default is one of prediction.
  public init(isTraining: Bool = false, seed: UInt64 = 0, step: Int = 0, firstImage: Int = 0) {
    self.isTraining = isTraining
    self.seed = seed
    self.step = step
    self.firstImage = firstImage
  }
}
