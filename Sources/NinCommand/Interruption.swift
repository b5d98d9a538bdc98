import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The time of the first signal in nanoseconds; 0 if there was none.
private let firstTime = Atomic<Int>(0)
private let firstSignal = Atomic<Int32>(0)

/// SIGINT (Ctrl-C), SIGHUP (a closed terminal) and SIGTERM, polled between steps.
///
/// After the first signal, training stops at the end of the current step and writes its state; another one ends the
/// process at once. Signals within half a second count as one: `timeout` and some containers signal a process and then
/// its process group.
enum Interruption {
  private static let oneEvent = 500_000_000

  /// Installs the signal handlers.
  static func catchSignals() {
    // Initialized here, because a signal handler must not run initializers.
    _ = (firstTime.load(ordering: .relaxed), firstSignal.load(ordering: .relaxed))
    // A process inherits the signals that its parent thread blocks, possibly all of them.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      sigaddset(&signals, number)
      let previous = Self.handle(number) { Interruption.note($0) }
      // `nohup` ignores it.
      if number == SIGHUP, isIgnoring(previous) { handle(number, SIG_IGN) }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether a signal has been received.
  static var isRequested: Bool { firstSignal.load(ordering: .relaxed) != 0 }

  /// The exit code of a process ended by a signal: 128 plus the signal's number.
  static var exitCode: Int32 { 128 + firstSignal.load(ordering: .relaxed) }

  private static func note(_ number: Int32) {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    let now = time.tv_sec * 1_000_000_000 + time.tv_nsec
    let (isFirst, first) = firstTime.compareExchange(expected: 0, desired: now, ordering: .relaxed)
    if isFirst {
      firstSignal.store(number, ordering: .relaxed)
    } else if now - first > oneEvent {
      _exit(128 + number)
    }
  }

  private typealias Handler = @convention(c) (Int32) -> Void

  @discardableResult
  private static func handle(_ number: Int32, _ handler: Handler) -> Handler? {
    #if canImport(Glibc)
      Glibc.signal(number, handler)
    #else
      Darwin.signal(number, handler)
    #endif
  }

  private static func isIgnoring(_ handler: Handler?) -> Bool {
    unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }
}
