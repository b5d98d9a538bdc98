import Backends
import Operations
import Tensors

/// The reference implementation: every operation as plain loops in the order of its equations.
///
/// It is written for clarity and correctness; the equations are next to the loops. It computes in float32 and in
/// float64. All tensors are plain, every element is summed by one thread in a fixed order, and so the results do not
/// depend on the number of threads.
public struct Reference: Backend {
  /// The name that selects it.
  public let name = "reference"

  /// The threads that the loops use.
  public let threads: ThreadPool

  /// Creates the backend.
  ///
  /// - Parameter threads: The threads that the loops use.
  public init(threads: ThreadPool = .automatic) {
    self.threads = threads
    table = Self.table()
  }

  /// The information; no library is used.
  public var information: BackendInformation {
    BackendInformation(
      library: "none", instructionSet: "as compiled", precisions: [.float32, .float64])
  }

  /// A ReLU can be fused only into a convolution.
  public func canFuse(_ activation: Activation, into operation: TensorOperation) -> Bool {
    guard case .convolution = operation else { return false }
    return activation == .relu
  }

  /// The speed of plain loops, most of which run over short rows.
  public let speed = KernelSpeed(
    products: 0.05, halfwayTerms: 0, channelBlock: 1, unfolds: false, denseForward: 0.1, denseBackward: 0.1,
    call: 1e-6)

  /// The table of the kernels.
  public let table: OperationTable
}

extension Layout {
  /// The layouts of an operation's parameters, plain.
  static func plainParameters(of request: KernelRequest) -> [Layout] {
    request.operation.parameters.map { Layout(plain: $0.shape, request.precision.parameterType) }
  }
}
