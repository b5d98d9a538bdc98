import CKernels

/// A loop over indices, shared by the threads of a pool, made once and run any number of times.
///
/// Running it allocates nothing, unlike passing a new closure each time; a kernel makes its loops when it is bound to
/// its memory.
public final class ParallelLoop {
  private let count: Int
  private let shares: Int
  private let body: (Range<Int>, Int) -> Void

  /// Creates a loop.
  ///
  /// - Parameters:
  ///   - threads: The threads to run it on.
  ///   - count: The number of indices. They are distributed in contiguous runs, always the same for the same number of
  ///     threads.
  ///   - body: Called once on each thread that has indices, with the indices and the thread's number from 0. Different
  ///     indices must not access the same memory.
  public init(
    threads: ThreadPool, count: Int, _ body: @escaping (_ range: Range<Int>, _ thread: Int) -> Void
  ) {
    self.count = count
    self.body = body
    shares = min(threads.count, count)
  }

  /// Runs it, and returns when all threads have finished.
  public func run() {
    guard shares > 1 else {
      if count > 0 { body(0..<count, 0) }
      return
    }
    ck_parallel(Int32(shares), Unmanaged.passUnretained(self).toOpaque()) { share, context in
      guard let context else { return }
      Unmanaged<ParallelLoop>.fromOpaque(context).takeUnretainedValue().run(share: Int(share))
    }
  }

  private func run(share: Int) {
    body(count * share / shares..<count * (share + 1) / shares, share)
  }
}
