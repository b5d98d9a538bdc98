import Operations

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
