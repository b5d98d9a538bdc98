import ArgumentParser
import NetworkInNetwork

/// The command `nin-bench`.
@main
struct NinBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nin-bench",
    abstract: "Measure training and prediction on this machine.",
    subcommands: [RunCommand.self, CompareCommand.self, MeasureCommand.self],
    defaultSubcommand: RunCommand.self)

  static func main() {
    BackendRegistry.registerBuiltIn()
    main(nil)
  }
}
