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

  /// Calls a function for each index, on all threads at once, and returns when all calls have.
  ///
  /// The indices are dealt out in contiguous runs, always the same for the same count of threads. The function must
  /// not touch what another index touches. The language allocates a little for each call; a pass of a kernel runs
  /// a ``ParallelLoop`` instead, which is made beforehand.
  ///
  /// - Parameters:
  ///   - count: How many indices there are.
  ///   - body: The function; it may run on any thread.
  public func forEach(_ count: Int, _ body: (_ index: Int) -> Void) {
    forEachRange(count) { range, _ in
      for index in range { body(index) }
    }
  }

  /// Calls a function for each thread with the run of indices that is dealt to it.
  ///
  /// - Parameters:
  ///   - count: How many indices there are.
  ///   - body: The function, with its indices and the number of its thread, from 0.
  public func forEachRange(_ count: Int, _ body: (_ range: Range<Int>, _ thread: Int) -> Void) {
    withoutActuallyEscaping(body) { body in
      ParallelLoop(threads: self, count: count, body).run()
    }
  }
}
