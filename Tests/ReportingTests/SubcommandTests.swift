import Testing

@testable import Reporting

@Suite("A mistyped subcommand")
struct SubcommandTests {
  private static let names = ["train", "recipe", "evaluate", "trace", "exercise", "data", "maps"]

  @Test(
    "is named, with the one that was probably meant",
    arguments: [
      ("tran", "train"), ("trac", "trace"), ("exersice", "exercise"), ("eval", "evaluate"),
      ("e", "evaluate"), ("maps2", "maps"),
    ])
  func similar(argument: String, name: String) {
    let found = UnknownSubcommand(in: [argument, "--output", "x"], names: Self.names)
    #expect(found.map { "\($0)" } == "unknown subcommand '\(argument)'; did you mean '\(name)'?")
  }

  @Test("has no suggestion if none is similar", arguments: ["xyz", "network.onnx", "TRAIN"])
  func different(argument: String) {
    let found = UnknownSubcommand(in: [argument], names: Self.names)
    #expect(found.map { "\($0)" } == "unknown subcommand '\(argument)'")
  }

  @Test(
    "is not an option, a subcommand or the argument of a command without subcommands",
    arguments: [
      ([], names), (["--tran"], names), (["train"], names), (["help"], names), ([""], names), (["tran"], []),
    ])
  func others(arguments: [String], names: [String]) {
    #expect(UnknownSubcommand(in: arguments, names: names) == nil)
  }

  @Test(
    "is compared by Levenshtein's distance",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2),
      ("ab", "ba", 2),
    ])
  func distance(first: String, second: String, distance: Int) {
    #expect(editDistance(first, second) == distance)
    #expect(editDistance(second, first) == distance)
  }
}
