/// A copy between two layouts, prepared once and run any number of times.
public protocol TensorCopy: AnyObject {
  /// Copies a tensor.
  ///
  /// - Parameters:
  ///   - source: The tensor, in the layout that the copy was made from.
  ///   - destination: Where it goes, in the layout that the copy was made to.
  /// - Throws: What the backend's library refuses.
  func run(_ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) throws
}

extension Backend {
  /// Copies between plain layouts of float32.
  public func copy(
    _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout
  ) throws {
    guard sourceLayout.isPlain, destinationLayout.isPlain, sourceLayout.elementType == .float32,
      destinationLayout.elementType == .float32
    else {
      throw BackendError("\(name) cannot copy \(sourceLayout) to \(destinationLayout)")
    }
    destination.copyMemory(from: source, byteCount: sourceLayout.byteCount)
  }

  /// Prepares a copy that calls ``copy(_:_:to:_:)`` each time.
  public func makeCopy(from source: Layout, to destination: Layout) throws -> any TensorCopy {
    UnpreparedCopy(backend: self, source: source, destination: destination)
  }
}

private final class UnpreparedCopy: TensorCopy {
  private let backend: any Backend
  private let source: Layout
  private let destination: Layout

  init(backend: any Backend, source: Layout, destination: Layout) {
    self.backend = backend
    self.source = source
    self.destination = destination
  }

  func run(_ source: UnsafeRawPointer, to destination: UnsafeMutableRawPointer) throws {
    try backend.copy(source, self.source, to: destination, self.destination)
  }
}
