import Operations
import Tensors

/// An implementation of the operations: it makes the kernels that a network runs.
///
/// A backend is a value chosen at run time. It states what it cannot do when a network is prepared
/// (``limitation(of:precision:)``); nothing falls back silently to another backend. Making a kernel may be slow,
/// running it does arithmetic only.
///
/// To add a backend, conform to this protocol, register it with ``BackendRegistry`` and pick it by name. The
/// module SharedKernels has kernels for the operations that are bound by memory, and default implementations of
/// ``softmaxCrossEntropy(_:)`` and ``update(_:)``, so that a backend can begin with its convolution.
public protocol Backend: Sendable {
  /// The name that picks it, in lower case.
  var name: String { get }

  /// What is known of the library and the machine.
  var information: BackendInformation { get }

  /// The threads that its loops and its library use.
  var threads: ThreadPool { get }

  /// Why an operation cannot be done in a precision, in one line; nil if it can.
  func limitation(of operation: Operation, precision: Precision) -> String?

  /// Whether the activation can be computed within the operation before it.
  func canFuse(_ activation: Activation, into operation: Operation) -> Bool

  /// Whether a network may run some operations in place of others. The default asks ``canFuse(_:into:)`` where an
  /// activation is fused, and allows everything else.
  func allows(_ rewrite: RewriteProposal) -> Bool

  /// Makes the kernel of one operation: chooses the algorithm and the layouts.
  func makeKernel(for request: KernelRequest) throws -> any Kernel

  /// Copies a tensor from one layout to another, converting the elements' type; both have the same logical
  /// elements. For the edges of a network only: parameters, checkpoints, inspection.
  func copy(
    _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout) throws

  /// Prepares a copy from one layout to another, converting the elements' type, that is run in every pass. The
  /// default calls ``copy(_:_:to:_:)``.
  func makeCopy(from source: Layout, to destination: Layout) throws -> any TensorCopy

  /// Computes the loss of a micro-batch and its gradient with respect to the logits.
  func softmaxCrossEntropy(_ call: SoftmaxCrossEntropyCall) -> ClassificationScore

  /// Adds a micro-batch's gradient to the sum of the batch's.
  func accumulate(_ gradient: UnsafeRawPointer, into sum: UnsafeMutableRawPointer, _ layout: Layout)

  /// The sum of the squares of a tensor's elements.
  func sumOfSquares(_ values: UnsafeRawPointer, _ layout: Layout) -> Double

  /// One step of stochastic gradient descent on one parameter.
  func update(_ step: GradientDescentStep)
}

/// What a backend tells of itself.
public struct BackendInformation: Sendable {
  /// The library behind it, with its version: `oneDNN 2.6.3`.
  public let library: String
  /// The instruction set that the library uses on this machine.
  public let instructionSet: String
  /// The precisions that it can compute in on this machine.
  public let precisions: [Precision]

  /// Makes the information.
  public init(library: String, instructionSet: String, precisions: [Precision]) {
    self.library = library
    self.instructionSet = instructionSet
    self.precisions = precisions
  }
}
