#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Shows on a terminal what is being judged, in one line on standard error that is rewritten; elsewhere nothing.
struct VerificationProgress {
  private let isInteractive = isatty(STDERR_FILENO) == 1

  /// Shows a line in the place of the last.
  func show(_ line: String) { write("\r\u{1B}[K\(line)") }

  /// Empties the line, before results are printed.
  func clear() { write("\r\u{1B}[K") }

  private func write(_ text: String) {
    guard isInteractive else { return }
    let bytes = Array(text.utf8)
    // Nothing depends on it.
    #if canImport(Glibc)
      _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    #elseif canImport(Darwin)
      _ = Darwin.write(STDERR_FILENO, bytes, bytes.count)
    #endif
  }
}
