import ArgumentParser
import NetworkInNetwork

#if canImport(Glibc)
  @preconcurrency import Glibc
#elseif canImport(Darwin)
  @preconcurrency import Darwin
#endif

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
    // A run takes minutes: whoever reads it by way of a pipe or a file sees each line when it is printed.
    setvbuf(stdout, nil, _IOLBF, 0)
    BackendRegistry.registerBuiltIn()
    main(nil)
  }
}
