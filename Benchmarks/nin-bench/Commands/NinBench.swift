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
    BackendRegistry.registerBuiltIn()
    runAndExit()
  }
}
