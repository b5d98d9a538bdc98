import CKernels
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The pool of threads that the loops and libraries of a kernel share.
///
/// On Linux it is GNU OpenMP's, which oneDNN uses as well: two pools in one process would compete for the same cores. A
/// pool belongs to the thread that calls it; so that the libraries use the same number of threads, a network calls
/// ``makeCurrent()`` first, and each of its lanes with a pool of one thread.
public struct ThreadPool: Sendable, Equatable {
  /// The number of threads.
  public let count: Int

  /// Creates a pool of some threads, at least 1.
  public init(count: Int) {
    self.count = max(count, 1)
  }

  /// The maximum number of threads that may be requested.
  public static let maximumCount = Int(CK_MOST_THREADS)

  /// The number of processors that the process may run on.
  public static var processorCount: Int { Int(ck_available_processors()) }

  /// The number of threads that users of OpenMP programs, batch systems and containers expect.
  ///
  /// It is `OMP_NUM_THREADS` if set; otherwise the number of processors that the process may run on, but at most the
  /// CPU quota of its control group. `OMP_THREAD_LIMIT` limits both.
  public static let automatic = ThreadPool(count: AutomaticThreadCount(processors: processorCount).count)

  private static let largestStarted = Mutex(1)

  /// Checks that the system allows the process this many threads, since GNU OpenMP aborts the process if it does not.
  ///
  /// They are started as a trial, unless a pool of this size has been tried before.
  ///
  /// - Throws: ``BackendError`` if it does not.
  public func requireThreads() throws {
    try Self.largestStarted.withLock { largest in
      guard count > largest else { return }
      // The calling thread works too.
      let started = Int(ck_startable_threads(Int32(clamping: count - 1))) + 1
      guard started >= count else {
        throw BackendError.tooFewThreads(started: started, requested: count)
      }
      largest = count
    }
  }

  /// Lets the calling thread run on every processor again after `OMP_PROC_BIND` or a similar variable has bound it: a
  /// child process would inherit the binding.
  public static func unbindCaller() {
    ck_unbind()
  }

  /// Sets the number of threads that libraries use when called from this thread.
  public func makeCurrent() {
    ck_set_threads(Int32(count))
  }
}
