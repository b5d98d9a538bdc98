#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// One line on standard error that tells what is being measured, if that is a terminal.
enum Progress {
  /// Replaces the line.
  static func show(_ line: String) {
    send("\r\u{1B}[K\(line)")
  }

  /// Takes the line away.
  static func clear() {
    send("\r\u{1B}[K")
  }

  private static func send(_ text: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    fflush(nil)
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
