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
      The network of Dive into Deep Learning's chapter 8.3, on real Fashion-MNIST. Where the book shows one \
      network in four frameworks, here it is built once and --backend picks who computes: 'reference' is plain \
      loops that read like the book's equations, 'openblas' unfolds convolutions into matrix products, 'dnnl' \
      is oneDNN. All three give the same results; they differ in speed.

      Begin with 'nin summary' for the network's layers and 'nin train --recipe quick' for a trained one.
      """,
    subcommands: [
      TrainCommand.self, EvaluateCommand.self, PredictCommand.self, SummaryCommand.self, BackendsCommand.self,
      DataCommand.self,
    ])

  @OptionGroup(title: "Options that may stand before or after the subcommand")
  var leading: LeadingOptions
}

/// Runs the command with the arguments of the process, and ends the process.
///
/// Backends that are to be had beside the built-in ones must be registered before.
public func runNin() -> Never {
  BackendRegistry.registerBuiltIn()
  do {
    var command = try Nin.parseAsRoot()
    try run(&command)
    Nin.exit()
  } catch {
    Nin.exit(withError: error)
  }
}

/// Runs a command that has been parsed; what it finds wrong with an option is told in one line, without the usage.
private func run(_ command: inout any ParsableCommand) throws {
  do {
    try command.run()
  } catch let error as ValidationError {
    throw ErrorLine(description: error.message)
  }
}

/// An error that the argument parser prints as it is.
private struct ErrorLine: Error, CustomStringConvertible {
  let description: String
}
