#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The reason that a program cannot be started; codes are values of `errno`.
package enum ChildProcessError: Error, Equatable, CustomStringConvertible {
  /// The program is missing or cannot be executed.
  case notStarted(program: String, code: Int32)
  /// A pipe for the output of the program cannot be made.
  case noPipe(code: Int32)

  /// The program and the reason, in one line.
  package var description: String {
    switch self {
    case .notStarted(let program, let code):
      "\(program) cannot be started: \(String(cString: strerror(code)))"
    case .noPipe(let code): "cannot create a pipe: \(String(cString: strerror(code)))"
    }
  }
}
