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
