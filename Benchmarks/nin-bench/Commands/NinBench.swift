import ArgumentParser
import NetworkInNetwork
import Reporting

/// The command `nin-bench`.
@main
struct NinBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nin-bench",
    abstract: "Measure training and prediction on this machine.",
    version: PackageVersion.current,
    subcommands: [RunCommand.self, CompareCommand.self, MeasureCommand.self],
    defaultSubcommand: RunCommand.self)

  static func main() {
    StandardOutput.prepare()
    BackendRegistry.registerBuiltIn()
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard exitCode(for: error) == .success else { exit(withError: error) }
      // Help or the version was asked for.
      print(fullMessage(for: error))
    }
    StandardOutput.finish(0)
  }
}
