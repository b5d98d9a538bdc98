import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// When the first signal came, in nanoseconds; 0 for not yet.
private let firstTime = Atomic<Int>(0)
private let firstSignal = Atomic<Int32>(0)

/// Ctrl-C, a closed terminal and the request to terminate, as something to ask for between two steps.
///
/// The first signal asks the training to stop after the present step and write its state; a later one ends the
/// process at once. Signals within half a second are one: `timeout` and some containers signal a process and then
/// its group, which the process is in.
enum Interruption {
  private static let oneEvent = 500_000_000

  /// Begins to catch the signals.
  static func catchSignals() {
    // Made here, because a signal handler may not make them.
    _ = (firstTime.load(ordering: .relaxed), firstSignal.load(ordering: .relaxed))
    // A process inherits what its parent's thread has blocked, which may be everything.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGHUP] {
      sigaddset(&signals, number)
      let previous = Self.handle(number) { Interruption.note($0) }
      // `nohup` has asked for it.
      if number == SIGHUP, isIgnoring(previous) { handle(number, SIG_IGN) }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether a signal has come.
  static var isRequested: Bool { firstSignal.load(ordering: .relaxed) != 0 }

  /// What a process exits with that a signal has ended: 128 and the signal's number.
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
