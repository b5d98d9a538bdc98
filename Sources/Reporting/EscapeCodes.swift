#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The escape codes that move a terminal's cursor and select colors.
package enum EscapeCodes {
  /// Whether the terminal supports them: `TERM` is neither `dumb` nor missing.
  package static let areKnown: Bool = {
    guard let name = getenv("TERM").map({ String(cString: $0) }) else { return false }
    return !["", "dumb"].contains(name)
  }()

  /// Whether a stream is a terminal that supports them.
  ///
  /// - Parameter descriptor: The stream.
  /// - Returns: Whether it is.
  package static func areKnown(on descriptor: Int32) -> Bool { isatty(descriptor) == 1 && areKnown }
}
