import BackendConformance
import Reporting
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Shows the progress of the checks on standard error: on a terminal as a rewritten line, otherwise as a line every
/// half minute.
final class ProgressDisplay: Sendable {
  private let subject: String
  private let isInteractive = EscapeCodes.areKnown(on: STDERR_FILENO)
  private let start = ContinuousClock.now
  private let lastLine = Mutex<ContinuousClock.Instant?>(nil)

  /// Creates the display; each line begins with the subject.
  init(of subject: String) {
    self.subject = subject
  }

  /// The time since the display was created.
  var elapsed: String {
    (ContinuousClock.now - start).formatted
  }

  /// Shows the progress, unless the last line is too recent.
  func show(_ progress: ConformanceProgress) {
    let now = ContinuousClock.now
    let pause = isInteractive ? Duration.milliseconds(100) : .seconds(30)
    let isDue = lastLine.withLock { last in
      if let last, now - last < pause { return false }
      last = now
      return true
    }
    guard isDue else { return }
    let line = "\(subject): \(progress), \(elapsed)"
    // A line that is too long for the terminal is truncated instead of wrapped.
    put(isInteractive ? "\r\u{1B}[K\u{1B}[?7l\(line)\u{1B}[?7h" : line + "\n")
  }

  /// Clears the line, so that something else can be printed instead.
  func clear() {
    if isInteractive { put("\r\u{1B}[K") }
  }

  private func put(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}

extension Duration {
  /// Minutes and seconds: `3 min 07 s`.
  fileprivate var formatted: String {
    let (minutes, seconds) = components.seconds.quotientAndRemainder(dividingBy: 60)
    return minutes == 0 ? "\(seconds) s" : "\(minutes) min \(seconds < 10 ? "0" : "")\(seconds) s"
  }
}
