import ChildProcesses

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Runs the program of a contender to its end.
enum PeerProcess {
  /// Compiling a network for the first time takes minutes; what takes longer than this hangs.
  private static let longest = Duration.seconds(900)

  /// Runs it.
  ///
  /// - Parameters:
  ///   - program: The program's path.
  ///   - arguments: Its arguments.
  /// - Returns: How it ended, which was well.
  /// - Throws: ``PeerError`` with the reason that it printed, if it failed.
  static func run(_ program: String, _ arguments: [String]) throws -> ChildProcess.Outcome {
    let end = ContinuousClock.now + longest
    let outcome = try ChildProcess.run(
      program, arguments: arguments, environment: ProcessInfo.processInfo.environment
    ) { ContinuousClock.now < end }
    guard outcome.exitCode == 0 else {
      let how = outcome.exitCode.map { "it ended with \($0)" } ?? "it was ended by a signal"
      throw PeerError(how + reason(outcome.output))
    }
    return outcome
  }

  /// Our own line of error, or else the last line, where Python tells what went wrong.
  private static func reason(_ output: String) -> String {
    let lines = output.split(separator: "\n")
    let line = lines.first { $0.hasPrefix("Error: ") } ?? lines.last
    return line.map { ": \($0.prefix(200))" } ?? ""
  }
}
