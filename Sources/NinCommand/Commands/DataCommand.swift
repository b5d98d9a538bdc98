import ArgumentParser
import NetworkInNetwork

/// `nin data`.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Get Fashion-MNIST.", subcommands: [DataFetchCommand.self])
}
