import ArgumentParser

/// The output of training.
struct OutputOptions: ParsableArguments {
  /// The format of the progress of training.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  @Flag(help: "Draw the book's figure of losses and accuracy, on a terminal during training.")
  var plot = false

  @Flag(help: "Print warnings and errors only.")
  var quiet = false

  @Option(help: "The format of progress: text, or json with one event per line (Docs/Training.md).")
  var logFormat = Format.text

  func validate() throws {
    guard !quiet || !plot else { throw ValidationError("--quiet and --plot cannot be combined") }
    guard logFormat == .text || !(plot || quiet) else {
      throw ValidationError("--log-format json and --\(plot ? "plot" : "quiet") cannot be combined")
    }
  }
}

/// Whether a command shows its progress.
struct ProgressOptions: ParsableArguments {
  @Flag(help: "Print only results, warnings and errors, no progress.")
  var quiet = false
}
