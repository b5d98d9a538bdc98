import Operations
import Tensors

/// An implementation of the operations: it makes the kernels that a network runs.
///
/// A backend is a value chosen at run time. It declares its limitations when a network is prepared
/// (``limitation(of:precision:)``); nothing falls back silently to another backend. Making a kernel may be slow;
/// running it does only arithmetic.
///
/// To add a backend, conform to this protocol, register it with `BackendRegistry` and select it by name. Its
/// ``table`` provides the kernels, the loss and the optimizer's step; ``Common`` has rows for everything but
/// convolution and dense, so a backend can begin with its convolution. A ``BackendWrapper`` changes some rows of another
/// backend.
public protocol Backend: Sendable {
  /// The name that selects it, in lower case.
  var name: String { get }

  /// The library's version and the instruction set in use.
  var information: BackendInformation { get }

  /// The threads that its loops and its library use.
  var threads: ThreadPool { get }

  /// The table of the kernels, including the loss and the optimizer's step.
  var table: OperationTable { get }

  /// The fraction of a machine's peak that its kernels reach; by default that of matrix products.
  var speed: KernelSpeed { get }

  /// The reason that an operation cannot be computed in a precision, in one line; nil if it can.
  func limitation(of operation: TensorOperation, precision: Precision) -> String?

  /// Whether the activation can be computed within the operation before it.
  func canFuse(_ activation: Activation, into operation: TensorOperation) -> Bool

  /// Whether a network may run some operations in place of others.
  ///
  /// The default consults ``canFuse(_:into:)`` for a fused activation and allows everything else.
  func allows(_ rewrite: RewriteProposal) -> Bool

  /// Makes the kernel of one operation: chooses the algorithm and the layouts.
  ///
  /// The default looks it up in the ``table`` if ``limitation(of:precision:)`` returns nil.
  func makeKernel(for request: KernelRequest) throws -> any Kernel

  /// Reorders a tensor from one layout to another, converting the element type.
  ///
  /// Used only at the edges of a network: parameters, checkpoints, inspection.
  func reorder(
    _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout) throws

  /// Prepares a reorder from one layout to another, converting the element type, to be run in every pass.
  ///
  /// The default calls ``reorder(_:_:to:_:)``.
  func makeReorder(from source: Layout, to destination: Layout) throws -> any Reorder

  // The defaults of the following are the table's rows.

  /// Computes the loss of a part of a batch and its gradient with respect to the logits.
  func softmaxCrossEntropy(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore

  /// Adds the gradient of some parts of a batch to that of others.
  func accumulate(_ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, _ layout: Layout)

  /// The sum of the squares of a tensor's elements.
  func sumOfSquares(_ values: UnsafeRawPointer, _ layout: Layout) -> Double

  /// One step of stochastic gradient descent on one parameter.
  func update(_ step: GradientDescentStep)

  /// One step of AdamW on one parameter.
  func update(_ step: AdamWStep)
}

extension Backend {
  /// The speed of matrix products.
  public var speed: KernelSpeed { .matrixProducts() }

  /// Looks the kernel up in the table.
  ///
  /// - Parameter request: The operation, its layouts and how it will be run.
  /// - Returns: The kernel, not yet bound to memory.
  /// - Throws: ``BackendError`` if the backend cannot compute the operation, or not as requested.
  public func makeKernel(for request: KernelRequest) throws -> any Kernel {
    if let limitation = limitation(of: request.operation, precision: request.precision) {
      throw BackendError.unsupportedOperation(reason: limitation)
    }
    return try table.makeKernel(for: request)
  }

  /// Computes the loss by the table.
  public func softmaxCrossEntropy(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore {
    table.softmaxCrossEntropy.function(call)
  }

  /// Adds a gradient by the table.
  public func accumulate(_ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, _ layout: Layout) {
    table.accumulation.function(gradient, sum, layout)
  }

  /// Sums squares by the table.
  public func sumOfSquares(_ values: UnsafeRawPointer, _ layout: Layout) -> Double {
    table.sumOfSquares.function(values, layout)
  }

  /// Makes a step of stochastic gradient descent by the table.
  public func update(_ step: GradientDescentStep) {
    table.gradientDescent.function(step)
  }

  /// Makes a step of AdamW by the table.
  public func update(_ step: AdamWStep) {
    table.adamW.function(step)
  }

  /// Allows everything except fusing an activation for which ``canFuse(_:into:)`` is false.
  public func allows(_ rewrite: RewriteProposal) -> Bool { canFuseActivations(of: rewrite) }

  /// Whether all activations that a rewrite fuses can be computed within the operation before them.
  func canFuseActivations(of rewrite: RewriteProposal) -> Bool {
    rewrite.after.allSatisfy { operation in
      guard case .convolution(let geometry, let activation?) = operation else { return true }
      return canFuse(activation, into: .convolution(geometry, activation: nil))
    }
  }

  /// Checks that the backend has the algorithm that a choice names.
  ///
  /// - Parameter choice: The choice.
  /// - Throws: ``BackendError`` if it does not.
  public func requireAlgorithm(of choice: ConvolutionChoice) throws {
    let algorithms = table.convolution.map(\.key)
    guard choice == .winograd, !algorithms.contains(.winograd) else { return }
    let names = algorithms.map(\.rawValue).joined(separator: ", ")
    throw BackendError.unsupportedAlgorithm(
      available: algorithms,
      reason: "the \(name) backend cannot compute convolutions by winograd; it has \(names)")
  }
}

/// The library, instruction set and precisions of a backend.
public struct BackendInformation: Sendable {
  /// The library behind it, with its version: `oneDNN 2.6.3`.
  public let library: String
  /// The instruction set that the library uses on this machine.
  public let instructionSet: String
  /// The precisions that it can compute in on this machine.
  public let precisions: [Precision]

  /// Creates the information.
  public init(library: String, instructionSet: String, precisions: [Precision]) {
    self.library = library
    self.instructionSet = instructionSet
    self.precisions = precisions
  }
}
