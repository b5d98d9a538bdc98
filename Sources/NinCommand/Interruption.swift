import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

private let interruptions = Atomic<Int>(0)

/// Ctrl-C and the request to terminate, as something to ask for between two steps.
///
/// The first one asks the training to stop after the present step and write its state; the second ends the
/// process at once.
enum Interruption {
  /// Begins to catch the signals.
  static func catchSignals() {
    _ = interruptions.load(ordering: .relaxed)
    // A process inherits what its parent's thread has blocked, which may be everything.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&signals, number)
      signal(number) { number in
        if interruptions.add(1, ordering: .relaxed).oldValue > 0 { _exit(128 + number) }
      }
    }
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Whether a signal has come.
  static var isRequested: Bool { interruptions.load(ordering: .relaxed) > 0 }
}
