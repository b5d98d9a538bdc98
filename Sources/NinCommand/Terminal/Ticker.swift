import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Calls a function at intervals on its own thread, until it returns false or the ticker is released.
///
/// If the system cannot create a thread, it does nothing.
final class Ticker: Sendable {
  private final class Work: Sendable {
    let isStopped = Atomic(false)
    let microseconds: UInt32
    let body: @Sendable () -> Bool

    init(_ microseconds: UInt32, _ body: @escaping @Sendable () -> Bool) {
      self.microseconds = microseconds
      self.body = body
    }

    func run() {
      repeat { usleep(microseconds) } while !isStopped.load(ordering: .relaxed) && body()
    }
  }

  private let milliseconds: Int
  private let work = Mutex<Work?>(nil)

  init(milliseconds: Int) {
    self.milliseconds = milliseconds
  }

  deinit {
    work.withLock { $0?.isStopped.store(true, ordering: .relaxed) }
  }

  /// Starts the thread.
  ///
  /// - Parameter body: The function.
  func start(_ body: @escaping @Sendable () -> Bool) {
    let work = Work(UInt32(milliseconds * 1000), body)
    self.work.withLock { $0 = work }
    let context = Unmanaged.passRetained(work)
    #if canImport(Darwin)
      var thread: pthread_t?
      let code = pthread_create(&thread, nil, { runTicker($0) }, context.toOpaque())
      if code == 0, let thread { pthread_detach(thread) }
    #else
      var thread = pthread_t()
      let code = pthread_create(&thread, nil, { runTicker($0) }, context.toOpaque())
      if code == 0 { pthread_detach(thread) }
    #endif
    if code != 0 { context.release() }
  }

  fileprivate static func run(_ context: UnsafeMutableRawPointer?) {
    if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
  }
}

private func runTicker(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  Ticker.run(context)
  return nil
}
