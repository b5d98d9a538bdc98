import Backends
import Operations
import Tensors

/// The referee: every operation as plain loops in the order of its equations.
///
/// It is written to be read and to be right; the equations stand with the loops. It computes in float32 and in
/// float64. All tensors are plain, every element is summed by one thread in a fixed order, and so the results do
/// not depend on the number of threads.
public struct Reference: Backend {
  /// The name that picks it.
  public let name = "reference"

  /// The threads that the loops use.
  public let threads: ThreadPool

  /// Makes the backend.
  ///
  /// - Parameter threads: The threads that the loops use.
  public init(threads: ThreadPool = .automatic) {
    self.threads = threads
    table = Self.table()
  }

  /// It needs no library.
  public var information: BackendInformation {
    BackendInformation(
      library: "none", instructionSet: "as compiled", precisions: [.float32, .float64])
  }

  /// Only a convolution takes its ReLU in.
  public func canFuse(_ activation: Activation, into operation: Operation) -> Bool {
    guard case .convolution = operation else { return false }
    return activation == .relu
  }

  /// The speed of plain loops, most of which are not over long rows.
  public let speed = KernelSpeed(
    products: 0.05, halfwayTerms: 0, channelBlock: 1, unfolds: false, denseForward: 0.1, denseBackward: 0.1,
    call: 1e-6)

  /// What computes each operation.
  public let table: OperationTable
}

extension Layout {
  /// The layouts of an operation's parameters, plain.
  static func plainParameters(of request: KernelRequest) -> [Layout] {
    request.operation.parameters.map { Layout(plain: $0.shape, request.precision.parameterType) }
  }
}
