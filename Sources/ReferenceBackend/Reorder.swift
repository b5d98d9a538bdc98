import Backends
import Tensors

extension Reference {
  /// Copies a plain tensor, converting between float32 and float64.
  ///
  /// - Parameters:
  ///   - source: The tensor.
  ///   - sourceLayout: Its layout.
  ///   - destination: The memory for the result.
  ///   - destinationLayout: Its layout, with the same number of elements.
  /// - Throws: ``BackendError`` if a layout is not plain, has another element type, or the sizes differ.
  public func reorder(
    _ source: UnsafeRawPointer, _ sourceLayout: Layout, to destination: UnsafeMutableRawPointer,
    _ destinationLayout: Layout
  ) throws {
    let count = sourceLayout.shape.elementCount
    guard sourceLayout.isPlain, destinationLayout.isPlain, destinationLayout.shape.elementCount == count
    else {
      throw BackendError.unsupportedLayout(
        reason: "the reference backend cannot reorder \(sourceLayout) to \(destinationLayout): "
          + "both must be plain and have the same number of elements")
    }
    switch (sourceLayout.elementType, destinationLayout.elementType) {
    case (.float32, .float32), (.float64, .float64):
      destination.copyMemory(from: source, byteCount: sourceLayout.byteCount)
    case (.float32, .float64):
      convert(source, Float.self, to: destination, Double.self, count: count)
    case (.float64, .float32):
      convert(source, Double.self, to: destination, Float.self, count: count)
    default:
      throw BackendError.unsupportedLayout(
        reason:
          "the reference backend reorders float32 and float64, not \(sourceLayout.elementType.rawValue) "
          + "to \(destinationLayout.elementType.rawValue)")
    }
  }
}

private func convert<Source: LoopScalar, Destination: LoopScalar>(
  _ source: UnsafeRawPointer, _: Source.Type, to destination: UnsafeMutableRawPointer, _: Destination.Type,
  count: Int
) {
  let source = source.assumingMemoryBound(to: Source.self)
  let destination = destination.assumingMemoryBound(to: Destination.self)
  for index in 0..<count { destination[index] = Destination(source[index]) }
}
