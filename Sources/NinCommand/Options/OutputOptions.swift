import ArgumentParser

/// What a training prints.
struct OutputOptions: ParsableArguments {
  /// How the progress of a training is printed.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Flag(help: "Draw the book's figure of losses and accuracy, on a terminal while it trains.")
  var plot = false

  @Flag(help: "Print warnings and errors only.")
  var quiet = false

  @Option(help: "How progress is printed: as text, or as json, an event a line (Docs/Training.md).")
  var logFormat = Format.text

  func validate() throws {
    guard !quiet || !plot else { throw ValidationError("--quiet and --plot cannot be combined") }
    guard logFormat == .text || !(plot || quiet) else {
      throw ValidationError("--log-format json and --\(plot ? "plot" : "quiet") cannot be combined")
    }
  }
}

/// Whether a command that computes for a while shows how far it is.
struct ProgressOptions: ParsableArguments {
  @Flag(help: "Print results, warnings and errors only, and no progress.")
  var quiet = false
}
