extension Backend {
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
