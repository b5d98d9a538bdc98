import ArgumentParser

/// A mistyped subcommand: an argument after a command's name, and options with their values, that is not a subcommand.
package struct UnknownSubcommand: CustomStringConvertible {
  private let argument: String
  private let suggestion: String?

  /// Finds the mistyped subcommand of a command that was rejected; nil if there is none.
  ///
  /// - Parameters:
  ///   - arguments: The arguments after the command's name.
  ///   - names: The names of its subcommands; empty if it has none.
  package init?(in arguments: some Collection<String>, names: [String]) {
    var words = arguments[...]
    while let option = words.first, option.hasPrefix("--") {
      words = words.dropFirst(option.contains("=") ? 1 : 2)
    }
    guard let first = words.first, !first.isEmpty, !first.hasPrefix("-") else { return nil }
    guard !names.isEmpty, first != "help", !names.contains(first) else { return nil }
    argument = first
    suggestion = mostSimilar(to: first, among: names)
  }

  /// The argument, and the subcommand that was probably meant, in one line.
  package var description: String {
    "unknown subcommand '\(argument)'" + (suggestion.map { "; did you mean '\($0)'?" } ?? "")
  }
}

extension ParsableCommand {
  /// Finds the mistyped subcommand in the arguments of the process.
  ///
  /// - Parameter path: The names of the command that rejected them, from this command's on.
  /// - Returns: The mistyped subcommand; nil if the error is another one.
  static func unknownSubcommand(of path: [String]) -> UnknownSubcommand? {
    let (above, arguments) = (path.dropFirst(), CommandLine.arguments.dropFirst())
    guard arguments.starts(with: above), let command = subcommand(at: above) else { return nil }
    let configurations = command.configuration.subcommands.map { $0.configuration }
    return UnknownSubcommand(
      in: arguments.dropFirst(above.count),
      names: configurations.filter(\.shouldDisplay).compactMap(\.commandName))
  }

  private static func subcommand(at path: ArraySlice<String>) -> (any ParsableCommand.Type)? {
    guard let name = path.first else { return self }
    let next = configuration.subcommands.first { $0.configuration.commandName == name }
    return next?.subcommand(at: path.dropFirst())
  }
}
