/// What every backend has to be told when it is made.
public struct BackendOptions: Sendable {
  /// The threads that it will work on.
  public var threads: ThreadPool
  /// Whether a precision that the CPU has no instructions for may be emulated, which is slow.
  public var allowsEmulation: Bool

  /// Makes options.
  public init(threads: ThreadPool = .allProcessors, allowsEmulation: Bool = false) {
    self.threads = threads
    self.allowsEmulation = allowsEmulation
  }
}
