import ArgumentParser
import NetworkInNetwork
import Reporting

/// The command `nin`.
///
/// It is a library, so that a package with a backend of its own can have the same command: register the backend,
/// then call ``runNin()``.
struct Nin: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nin",
    abstract: "Train and run Network in Network on a CPU.",
    discussion: """
      The network of Dive into Deep Learning's section 8.3, on real Fashion-MNIST. Where the book shows one \
      network in four frameworks, here it is built once and --backend picks who computes: 'reference' is plain \
      loops that read like the book's equations, 'openblas' unfolds convolutions into matrix products, 'dnnl' \
      is oneDNN. All three give the same results; they differ in speed.

      Begin with 'nin summary' for the network's layers and 'nin train --recipe quick' for a trained one.
      """,
    version: PackageVersion.current,
    subcommands: [
      TrainCommand.self, EvaluateCommand.self, PredictCommand.self, ExportCommand.self, TraceCommand.self,
      VerifyCommand.self, SummaryCommand.self, BackendsCommand.self, DataCommand.self,
    ])

  @OptionGroup(title: "Options that may stand before or after the subcommand")
  var shared: SharedOptions
}

/// Runs the command with the arguments of the process, and ends the process.
///
/// Backends beside the built-in ones must be registered before.
public func runNin() -> Never {
  StandardOutput.prepare()
  requireUTF8()
  BackendRegistry.registerBuiltIn()
  var path = ["nin"]
  do {
    var command = try Nin.parseAsRoot()
    path = Nin.path(to: type(of: command)) ?? path
    try command.run()
    StandardOutput.finish(0)
  } catch let code as ExitCode {
    StandardOutput.finish(code.rawValue)
  } catch {
    let code = Nin.exitCode(for: error)
    if code == .success {
      // Help was asked for.
      print(Nin.fullMessage(for: error))
    } else {
      Log.error(Nin.message(for: error) + helpHint(error, command: path))
    }
    StandardOutput.finish(code.rawValue)
  }
}

/// Ends the process if an argument is not UTF-8: as a string it would be repaired, and name another file.
private func requireUTF8() {
  let arguments = UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
  for case let argument? in arguments where String(validatingCString: argument) == nil {
    Log.error("the argument \(String(cString: argument)) is not UTF-8; rename the file, or use another name")
    StandardOutput.finish(ExitCode.validationFailure.rawValue)
  }
}

/// Which help to read for a wrong use of the command.
///
/// - Parameters:
///   - error: What is wrong.
///   - command: The subcommand that found it, after `nin`; the argument parser names its own where it has found it.
/// - Returns: The hint, empty if the error is not about the use.
private func helpHint(_ error: any Error, command: [String]) -> String {
  if command.count > 1 {
    return error is ValidationError ? " (see '\(command.joined(separator: " ")) --help')" : ""
  }
  let lastLine = Nin.fullMessage(for: error).split(separator: "\n").last ?? ""
  guard lastLine.contains("See '") else { return "" }
  return lastLine.split(separator: "'").dropFirst().first.map { " (see '\($0)')" } ?? ""
}

extension ParsableCommand {
  /// The names that lead from this command to a subcommand, both included.
  fileprivate static func path(to command: any ParsableCommand.Type) -> [String]? {
    let name = [configuration.commandName ?? ""]
    if command == self { return name }
    return configuration.subcommands.lazy.compactMap { $0.path(to: command) }.first.map { name + $0 }
  }
}
