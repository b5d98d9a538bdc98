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

  /// Whether it is a terminal.
  var isTerminal: Bool { isatty(descriptor) == 1 }

  /// Whether lines can be rewritten: it is a terminal that supports escape codes.
  var isInteractive: Bool { EscapeCodes.areKnown(on: descriptor) }

  /// The current width of the terminal in columns; a window can be resized.
  var width: Int { size.ws_col > 0 ? Int(size.ws_col) : 80 }

  /// The current height of the terminal in lines.
  var height: Int { size.ws_row > 0 ? Int(size.ws_row) : 24 }

  private var size: winsize {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 else { return winsize() }
    return size
  }

  /// Prints text, wrapped between words on a terminal.
  func say(_ text: String) {
    guard isTerminal else { return write(text + "\n") }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    write(lines.flatMap { wrapped(String($0), to: width) }.joined(separator: "\n") + "\n")
  }

  /// Writes text unchanged.
  func write(_ text: String) {
    guard descriptor != STDOUT_FILENO else {
      print(text, terminator: "")
      // A failure is reported when the program ends.
      fflush(nil)
      return
    }
    let bytes = Array(text.utf8)
    // Nothing depends on this output.
    #if canImport(Glibc)
      _ = Glibc.write(descriptor, bytes, bytes.count)
    #elseif canImport(Darwin)
      _ = Darwin.write(descriptor, bytes, bytes.count)
    #endif
  }
}
