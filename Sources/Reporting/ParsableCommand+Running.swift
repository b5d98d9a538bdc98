import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension ParsableCommand {
  /// Runs the command with the arguments of the process, and ends the process.
  ///
  /// An error is one line, and a run whose output could not be written counts as failed; see ``StandardOutput``.
  ///
  /// - Parameter report: Prints an error's line.
  public static func runAndExit(reportingErrorsBy report: (String) -> Void = Self.printError) -> Never {
    StandardOutput.prepare()
    requireUTF8(report)
    var path = [name]
    do {
      var command = try parseAsRoot()
      path = Self.path(to: type(of: command)) ?? path
      try command.run()
      StandardOutput.finish(0)
    } catch let code as ExitCode {
      StandardOutput.finish(code.rawValue)
    } catch {
      let code = exitCode(for: error)
      if code == .success {
        // Help or the version was requested.
        print(fullMessage(for: error))
      } else {
        report(message(for: error) + helpHint(error, command: path))
      }
      StandardOutput.finish(code.rawValue)
    }
  }

  /// Prints an error's line to standard error.
  public static func printError(_ line: String) {
    let bytes = Array("Error: \(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }

  /// Ends the process if an argument is not UTF-8: a string would replace the invalid bytes, and name another file.
  private static func requireUTF8(_ report: (String) -> Void) {
    let arguments = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
    for case let argument? in arguments where String(validatingCString: argument) == nil {
      report("the argument \(String(cString: argument)) is not UTF-8; rename the file, or use another name")
      StandardOutput.finish(ExitCode.validationFailure.rawValue)
    }
  }

  /// Which help to read after a usage error.
  ///
  /// - Parameters:
  ///   - error: The error.
  ///   - command: The names that lead to the subcommand that threw it; for its own errors the argument parser names
  ///     the subcommand.
  /// - Returns: The hint; empty if it is not a usage error.
  private static func helpHint(_ error: any Error, command: [String]) -> String {
    if command.count > 1 {
      return error is ValidationError ? " (see '\(command.joined(separator: " ")) --help')" : ""
    }
    let lastLine = fullMessage(for: error).split(separator: "\n").last ?? ""
    guard lastLine.contains("See '") else { return "" }
    return lastLine.split(separator: "'").dropFirst().first.map { " (see '\($0)')" } ?? ""
  }

  private static var name: String { configuration.commandName ?? "" }

  /// The names that lead from this command to a subcommand, both included.
  private static func path(to command: any ParsableCommand.Type) -> [String]? {
    if command == self { return [name] }
    return configuration.subcommands.lazy.compactMap { $0.path(to: command) }.first.map { [name] + $0 }
  }
}
