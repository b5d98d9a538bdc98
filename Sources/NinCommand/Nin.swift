import ArgumentParser
import NetworkInNetwork

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
/// Backends that are to be had beside the built-in ones must be registered before.
public func runNin() -> Never {
  BackendRegistry.registerBuiltIn()
  do {
    var command = try Nin.parseAsRoot()
    try command.run()
    Nin.exit()
  } catch {
    // Whoever asks for help, or ends with a code of its own, did nothing wrong.
    let code = Nin.exitCode(for: error)
    guard code != .success, !(error is ExitCode) else { Nin.exit(withError: error) }
    Log.error(Nin.message(for: error) + helpHint(error))
    Nin.exit(withError: code)
  }
}

/// Which help to read, where the argument parser knows: the end of its message `See 'nin train --help' for more`.
private func helpHint(_ error: any Error) -> String {
  let lastLine = Nin.fullMessage(for: error).split(separator: "\n").last ?? ""
  guard lastLine.contains("See '") else { return "" }
  return lastLine.split(separator: "'").dropFirst().first.map { " (see '\($0)')" } ?? ""
}
