import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The one pool of threads that all loops and libraries share.
///
/// On Linux it is GNU OpenMP's, which oneDNN uses as well: two pools in one process would take turns spinning
/// on the same cores. A pool belongs to the thread that calls it; so that the libraries agree with it on the
/// number of threads, every entry of a network calls ``makeCurrent()`` first.
public struct ThreadPool: Sendable, Equatable {
  /// How many threads work.
  public let count: Int

  /// Makes a pool of some threads, at least 1.
  public init(count: Int) {
    self.count = max(count, 1)
  }

  /// As many threads as the process may use processors.
  public static let allProcessors = ThreadPool(count: Int(ck_available_processors()))

  /// Sets the number of threads that libraries take when they are called from this thread.
  public func makeCurrent() {
    ck_set_threads(Int32(count))
  }
}
