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
