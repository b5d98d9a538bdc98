import Tensors

/// The memory for the gradients of a part, one layer at a time, before they are added to those of other parts.
final class PartGradients: @unchecked Sendable {
  // Sendable because the memory belongs to the lane that has the lock.
  private let memory: AlignedBuffer
  private let lock = Lock()

  /// - Parameter byteCount: The bytes of the gradients of the largest layer.
  /// - Throws: `OutOfMemory`.
  init(byteCount: Int) throws {
    memory = try AlignedBuffer(byteCount: byteCount)
  }

  var byteCount: Int { memory.byteCount }
  var baseAddress: UnsafeMutableRawPointer { memory.baseAddress }

  /// Makes other parts that share the memory wait while a part's gradients are stored in it.
  func use<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
    try lock.withLock(body)
  }
}
