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

  /// The path and the problem, as a sentence on one line.
  public var description: String {
    "\(path.isEmpty ? "an empty path" : path.onOneLine(atMost: 4096)) \(problem)"
  }
}
