#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A stream that may be a terminal.
struct Terminal {
  private let descriptor: Int32

  /// The stream that results are printed to.
  static let standardOutput = Terminal(descriptor: STDOUT_FILENO)

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  /// Whether somebody looks at it, so that a line may be rewritten.
  var isInteractive: Bool { isatty(descriptor) == 1 }

  /// Columns of the terminal.
  var width: Int {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Writes a line in the place of the one that the cursor is in.
  func rewriteLine(_ line: String) {
    print("\r\u{1B}[K\(line.prefix(max(width - 1, 1)))", terminator: "")
    fflush(nil)
  }

  /// Empties the line that the cursor is in.
  func clearLine() {
    guard isInteractive else { return }
    print("\r\u{1B}[K", terminator: "")
    fflush(nil)
  }
}

/// Colours on a terminal; none where the output goes elsewhere, or where NO_COLOR is set (https://no-color.org).
enum Colour {
  private static let isOn =
    Terminal.standardOutput.isInteractive
    && ProcessInfo.processInfo.environment["NO_COLOR", default: ""].isEmpty

  static func green(_ text: String) -> String { coloured(text, 32) }

  static func red(_ text: String) -> String { coloured(text, 31) }

  private static func coloured(_ text: String, _ code: Int) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
