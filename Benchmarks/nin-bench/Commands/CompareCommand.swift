import ArgumentParser

/// `nin-bench compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Print how much faster one run's results are than another's, with the noise.")

  @Argument(help: "The file that an earlier run has written with --json.")
  var old: String

  @Argument(help: "The file of a later run.")
  var new: String

  func run() throws {
    let comparison = Comparison(old: try ReportFile.read(old), new: try ReportFile.read(new))
    guard !comparison.rows.isEmpty else {
      throw BenchmarkError("\(old) and \(new) have measured nothing in common")
    }
    print(comparison.summary)
  }
}
