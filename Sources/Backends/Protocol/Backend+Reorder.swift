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
