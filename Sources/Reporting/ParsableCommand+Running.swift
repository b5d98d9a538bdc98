import ArgumentParser

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension ParsableCommand {
  /// Runs the command with the arguments of the process, and ends the process.
  ///
  /// An error is one line, and a run whose output cannot be written counts as failed; see ``StandardOutput``.
  ///
  /// - Parameters:
  ///   - advice: The end of an error's line: which options would help, which the error's description does not know.
  ///   - report: Prints an error's line.
  package static func runAndExit(
    advisingBy advice: (any Error) -> String = { _ in "" },
    reportingErrorsBy report: (String) -> Void = Self.printError
  ) -> Never {
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
        report(line(for: error, command: path) + advice(error) + helpHint(error, command: path))
      }
      StandardOutput.finish(code.rawValue)
    }
  }

  /// Prints an error's line to standard error.
  package static func printError(_ line: String) { printLine("Error: \(line)") }

  /// Prints a notice's line to standard error.
  package static func printNotice(_ line: String) { printLine("Notice: \(line)") }

  private static func printLine(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }

  /// Ends the process if an argument is not UTF-8: a string would replace the invalid bytes and name a different file.
  private static func requireUTF8(_ report: (String) -> Void) {
    let arguments = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
    for case let argument? in arguments where String(validatingCString: argument) == nil {
      report("the argument \(escaped(argument)) is not UTF-8; rename the file, or use another name")
      StandardOutput.finish(ExitCode.validationFailure.rawValue)
    }
  }

  /// The bytes of a text on one line, those that are not printable ASCII as `\xE9`.
  private static func escaped(_ text: UnsafePointer<CChar>) -> String {
    UnsafeBufferPointer(start: text, count: strlen(text)).map { character in
      let byte = UInt8(bitPattern: character)
      guard (0x20..<0x7F).contains(byte) else {
        return "\\x" + (byte < 0x10 ? "0" : "") + String(byte, radix: 16, uppercase: true)
      }
      return String(UnicodeScalar(byte))
    }.joined()
  }

  /// An error's line, without advice.
  private static func line(for error: any Error, command: [String]) -> String {
    let rejecting = commandOfParserError(error)
    guard command.count == 1, !rejecting.isEmpty, let mistyped = unknownSubcommand(of: rejecting) else {
      return message(for: error)
    }
    return "\(mistyped)"
  }

  /// A hint to the help after a usage error.
  ///
  /// - Parameters:
  ///   - error: The error.
  ///   - command: The names that lead to the subcommand that threw it; the argument parser names it in its own
  ///     errors.
  /// - Returns: The hint; empty if it is not a usage error.
  private static func helpHint(_ error: any Error, command: [String]) -> String {
    if command.count > 1 {
      return error is ValidationError ? " (see '\(command.joined(separator: " ")) --help')" : ""
    }
    let rejecting = commandOfParserError(error)
    return rejecting.isEmpty ? "" : " (see '\(rejecting.joined(separator: " ")) --help')"
  }

  /// The names of the command that an error of the argument parser is about: it ends in "See 'nin data --help' for more
  /// information."; empty for other errors.
  private static func commandOfParserError(_ error: any Error) -> [String] {
    let lastLine = fullMessage(for: error).split(separator: "\n").last ?? ""
    guard lastLine.contains("See '") else { return [] }
    let words = lastLine.split(separator: "'").dropFirst().first?.split(separator: " ") ?? []
    return words.last == "--help" ? words.dropLast().map(String.init) : []
  }

  private static var name: String { configuration.commandName ?? "" }

  /// The names that lead from this command to a subcommand, both included.
  private static func path(to command: any ParsableCommand.Type) -> [String]? {
    if command == self { return [name] }
    return configuration.subcommands.lazy.compactMap { $0.path(to: command) }.first.map { [name] + $0 }
  }
}
