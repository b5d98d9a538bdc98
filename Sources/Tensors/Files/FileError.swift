/// A file could not be read or written, or its content is invalid.
public struct FileError: Error, Equatable, CustomStringConvertible {
  /// The file as the caller named it.
  public let path: String

  /// The problem and, if something can be done, what would work.
  public let problem: Problem

  /// Creates an error about a file.
  ///
  /// - Parameters:
  ///   - path: The file as the caller named it.
  ///   - problem: The problem.
  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  /// The path and the problem on one line.
  public var description: String {
    "\(path.isEmpty ? "an empty path" : path.onOneLine(atMost: 4096)): \(problem)"
  }
}

extension String {
  /// The text in quotation marks for a message, shortened and always on one line.
  package var quoted: String { "“\(onOneLine(atMost: 80))”" }

  /// The text with its control characters escaped and its end cut off.
  ///
  /// The limit counts Unicode scalars, because a single character can be arbitrarily long.
  package func onOneLine(atMost limit: Int) -> String {
    var line = ""
    for scalar in unicodeScalars.prefix(limit) {
      let breaksLines = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
      let separatesLines = scalar.value == 0x2028 || scalar.value == 0x2029
      line += breaksLines || separatesLines ? scalar.escaped(asASCII: true) : String(scalar)
    }
    return unicodeScalars.dropFirst(limit).isEmpty ? line : line + "…"
  }
}
