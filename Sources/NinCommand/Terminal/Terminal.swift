import Reporting

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A stream that may be a terminal.
struct Terminal: Sendable {
  private let descriptor: Int32

  /// The stream that results are printed to.
  static let standardOutput = Terminal(descriptor: STDOUT_FILENO)
  /// The stream that everything else is printed to.
  static let standardError = Terminal(descriptor: STDERR_FILENO)

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Whether somebody looks at it.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Whether lines may be rewritten: it is a terminal, and one that knows escape codes.
  var isInteractive: Bool { EscapeCodes.areKnown(on: descriptor) }

  /// Columns of the terminal at this moment: a window can be resized.
  var width: Int { size.ws_col > 0 ? Int(size.ws_col) : 80 }

  /// Lines of the terminal at this moment.
  var height: Int { size.ws_row > 0 ? Int(size.ws_row) : 24 }

  private var size: winsize {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return winsize() }
    return size
  }

  /// Prints text, on a terminal with lines broken between words.
  func say(_ text: String) {
    guard isTerminal else { return write(text + "\n") }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    write(lines.flatMap { wrapped(String($0), to: width) }.joined(separator: "\n") + "\n")
  }

  /// Writes text as it is.
  func write(_ text: String) {
    guard descriptor != STDOUT_FILENO else {
      print(text, terminator: "")
      // A failure is noticed at the end.
      fflush(nil)
      return
    }
    let bytes = Array(text.utf8)
    // Nothing depends on what is shown here.
    #if canImport(Glibc)
      _ = Glibc.write(descriptor, bytes, bytes.count)
    #elseif canImport(Darwin)
      _ = Darwin.write(descriptor, bytes, bytes.count)
    #endif
  }
}
