#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The codes by which programs move a terminal's cursor and choose colors.
public enum EscapeCodes {
  /// Whether the terminal knows them: one that says that it is dumb does not, nor does one that does not say what it is.
  public static let areKnown: Bool = {
    guard let name = getenv("TERM").map({ String(cString: $0) }) else { return false }
    return !["", "dumb"].contains(name)
  }()

  /// Whether what is written to a stream reaches a terminal that knows them.
  ///
  /// - Parameter descriptor: The stream.
  /// - Returns: Whether it does.
  public static func areKnown(on descriptor: Int32) -> Bool { isatty(descriptor) == 1 && areKnown }
}
