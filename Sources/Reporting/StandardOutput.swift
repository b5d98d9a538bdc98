#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

/// The stream that a program prints its results to.
///
/// `print` ignores errors. A program that calls ``prepare()`` first and ends with ``finish(_:)`` stops when its reader
/// closes the pipe, and does not report success if results could not be written.
package enum StandardOutput {
  /// Prepares the stream, whatever its state in the parent process.
  ///
  /// Lines are written as they are printed. A closed standard stream is replaced, so that no file that the program
  /// opens gets its number and receives the output.
  package static func prepare() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) == -1 {
      // This is the lowest free number. Writing to it fails, as on the closed stream.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
    setvbuf(stdout, nil, _IOLBF, 0)
    handleBrokenPipe(SIG_DFL)
    // Exceeding the file size limit is an error like a full disk.
    signal(SIGXFSZ, SIG_IGN)
  }

  /// Lets the program continue when its reader closes the pipe; ``finish(_:)`` then reports the failure.
  package static func outliveReader() {
    handleBrokenPipe(SIG_IGN)
  }

  /// Flushes the buffer.
  ///
  /// - Returns: The reason why some output could not be written, now or before; nil if all was.
  package static func flush() -> String? {
    if fflush(stdout) != 0 { return String(cString: strerror(errno)) }
    guard ferror(stdout) != 0 else { return nil }
    // The reason was lost with the line; writing another line break fails for the same reason.
    return write(STDOUT_FILENO, "\n", 1) < 0 ? String(cString: strerror(errno)) : "some of it was lost"
  }

  /// Ends the process.
  ///
  /// - Parameter code: The exit code. If some output could not be written, that is reported to standard error, and 0
  ///   becomes 1.
  package static func finish(_ code: Int32) -> Never {
    guard let failure = flush() else { exit(code) }
    let line = Array("Error: standard output cannot be written: \(failure)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    exit(code == 0 ? 1 : code)
  }

  private static func handleBrokenPipe(_ handler: (@convention(c) (Int32) -> Void)?) {
    signal(SIGPIPE, handler)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }
}
