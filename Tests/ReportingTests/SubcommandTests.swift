import Testing

@testable import Reporting

@Suite("A mistyped subcommand")
struct SubcommandTests {
  private static let names = ["train", "recipe", "evaluate", "trace", "exercise", "data", "maps"]

  @Test(
    "is named, with the one that was probably meant",
    arguments: [
      ("tran", "train"), ("trac", "trace"), ("exersice", "exercise"), ("eval", "evaluate"),
      ("e", "evaluate"), ("maps2", "maps"), ("trian", "train"),
    ])
  func similar(argument: String, name: String) {
    let found = UnknownSubcommand(in: [argument, "--output", "x"], names: Self.names)
    #expect(found.map { "\($0)" } == "unknown subcommand '\(argument)'; did you mean '\(name)'?")
  }

  @Test(
    "may follow options",
    arguments: [["--threads", "1"], ["--threads=1"], ["--threads", "1", "--backend=x"]])
  func afterOptions(options: [String]) {
    let found = UnknownSubcommand(in: options + ["tran", "--output", "x"], names: Self.names)
    #expect(found.map { "\($0)" } == "unknown subcommand 'tran'; did you mean 'train'?")
    #expect(UnknownSubcommand(in: options + ["train"], names: Self.names) == nil)
    #expect(UnknownSubcommand(in: options, names: Self.names) == nil)
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
    "is compared by the optimal string alignment distance",
    arguments: [
      ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2),
      ("ab", "ba", 1), ("trian", "train", 1), ("ca", "abc", 3),
    ])
  func distance(first: String, second: String, distance: Int) {
    #expect(editDistance(first, second) == distance)
    #expect(editDistance(second, first) == distance)
  }
}
