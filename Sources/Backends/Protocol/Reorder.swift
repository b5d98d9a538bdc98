/// A reorder between two layouts, prepared once and run any number of times.
public protocol Reorder: AnyObject {
  /// Reorders a tensor.
  ///
  /// - Parameters:
  ///   - source: The tensor, in the layout that the reorder was made from.
  ///   - destination: The memory for the result, in the layout that the reorder was made to.
  /// - Throws: An error of the backend's library.
  func run(_ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) throws
}

extension Backend {
  /// Copies float32 between plain layouts.
  public func reorder(
    _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout
  ) throws {
    guard sourceLayout.isPlain, destinationLayout.isPlain, sourceLayout.elementType == .float32,
      destinationLayout.elementType == .float32
    else {
      throw BackendError.unsupportedLayout(
        reason: "\(name) cannot reorder \(sourceLayout) to \(destinationLayout)")
    }
    destination.copyMemory(from: source, byteCount: sourceLayout.byteCount)
  }

  /// Prepares a reorder that calls ``reorder(_:_:to:_:)`` each time.
  public func makeReorder(from source: Layout, to destination: Layout) throws -> any Reorder {
    UnpreparedReorder(backend: self, source: source, destination: destination)
  }
}

private final class UnpreparedReorder: Reorder {
  private let backend: any Backend
  private let source: Layout
  private let destination: Layout

  init(backend: any Backend, source: Layout, destination: Layout) {
    self.backend = backend
    self.source = source
    self.destination = destination
  }

  func run(_ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) throws {
    try backend.reorder(source, self.source, to: destination, self.destination)
  }
}
