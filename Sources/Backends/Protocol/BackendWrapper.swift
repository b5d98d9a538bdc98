import Operations

/// A backend that uses another one's kernels, except for the rows of its table that it replaces.
///
/// ```swift
/// struct Patched: BackendWrapper {
///   let base: any Backend
///   let name = "patched"
///   let table: OperationTable
///
///   init(_ base: any Backend) {
///     self.base = base
///     var table = base.table
///     table.relu = .init("patched", "a loop") { request, _ in MyReLU(request) }
///     self.table = table
///   }
/// }
/// ```
///
/// The kernels that are not replaced choose their layouts, so a new one must accept its input's layout or throw
/// `BackendError.unsupportedLayout`. Layouts are reordered by ``base``, and its limitations apply.
///
/// Everything is computed by the wrapper's table. If a base implements `makeKernel`, `softmaxCrossEntropy`, `accumulate`,
/// `sumOfSquares` or `update` itself instead of in its table, its wrapper has to call them.
public protocol BackendWrapper: Backend {
  /// The backend that the table comes from.
  var base: any Backend { get }
}

extension BackendWrapper {
  /// The base's library and instruction set.
  public var information: BackendInformation { base.information }

  /// The base's threads.
  public var threads: ThreadPool { base.threads }

  /// The base's speed.
  public var speed: KernelSpeed { base.speed }

  /// The base's limitation.
  public func limitation(of operation: TensorOperation, precision: Precision) -> String? {
    base.limitation(of: operation, precision: precision)
  }

  /// Returns false, so each operation runs its own row.
  ///
  /// If neither the convolution nor the activation is replaced, return what ``base`` returns.
  public func canFuse(_ activation: Activation, into operation: TensorOperation) -> Bool { false }

  /// Allows what the base allows, except fusing an activation for which ``canFuse(_:into:)`` is false.
  public func allows(_ rewrite: RewriteProposal) -> Bool {
    canFuseActivations(of: rewrite) && base.allows(rewrite)
  }

  /// Looks the kernel up in the table.
  ///
  /// The base's library may read the calling thread's number of threads while a kernel is made, so it is set before.
  ///
  /// - Parameter request: The operation, its layouts and how it will be run.
  /// - Returns: The kernel, not yet bound to memory.
  /// - Throws: ``BackendError`` if the backend cannot compute the operation, or not as requested.
  public func makeKernel(for request: KernelRequest) throws -> any Kernel {
    request.threads.makeCurrent()
    if let limitation = limitation(of: request.operation, precision: request.precision) {
      throw BackendError.unsupportedOperation(reason: limitation)
    }
    return try table.makeKernel(for: request)
  }

  /// Reorders with the base.
  public func reorder(
    _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout
  ) throws {
    try base.reorder(source, sourceLayout, to: destination, destinationLayout)
  }

  /// Prepares a reorder of the base.
  public func makeReorder(from source: Layout, to destination: Layout) throws -> any Reorder {
    try base.makeReorder(from: source, to: destination)
  }
}
