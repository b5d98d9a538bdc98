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
  /// The algorithm that a convolution is to be computed by; nil for the backend's choice.
  public var algorithm: ConvolutionAlgorithm?

  /// The weight's layout where it has already been chosen.
  public var weightLayout: Layout? { parameterLayouts?.first }

  /// Makes a request.
  public init(
    operation: Operation, input: Layout, precision: Precision, isTraining: Bool, needsInputGradient: Bool,
    layerIndex: Int, parameterLayouts: [Layout]? = nil, algorithm: ConvolutionAlgorithm? = nil
  ) {
    self.operation = operation
    self.input = input
    self.precision = precision
    self.isTraining = isTraining
    self.needsInputGradient = needsInputGradient
    self.layerIndex = layerIndex
    self.parameterLayouts = parameterLayouts
    self.algorithm = algorithm
  }
}
