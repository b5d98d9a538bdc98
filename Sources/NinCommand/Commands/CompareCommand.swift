import ArgumentParser
import NetworkInNetwork
import Reporting
import RunReports

/// `nin compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare trainings: results, what differs in their recipes, accuracy after each epoch.",
    discussion: """
      Runs may be unfinished, and of older versions. A file of accuracies can stand among them: comma-separated, with a \
      first line epoch,NAME,NAME… Docs/results/book.csv has the book's own.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(help: ArgumentHelp("Folders of trainings, and files of accuracies.", valueName: "run"))
  var runs: [String]

  @Option(
    help: ArgumentHelp(
      "Draw the curves too: a picture (.svg), or a page with the tables (.html).",
      valueName: "file.svg|file.html"))
  var output: String?

  func validate() throws {
    guard let output, !output.hasSuffix(".svg"), !output.hasSuffix(".html") else { return }
    throw ValidationError("--output is \(output); its name must end in .svg or .html")
  }

  func run() throws {
    let comparison = try RunComparison(runs)
    for note in comparison.missing { Log.notice(note) }
    print(comparison)
    let figure = figure(comparison).lines(width: min(Terminal.standardOutput.width, 100), height: 20)
    if !comparison.accuracies.isEmpty { print("\n\(figure.joined(separator: "\n"))") }
    guard let output else { return }
    try comparison.write(to: output)
    print("\nthe curves are in \(output)")
  }

  /// The accuracies over the epochs, in a colour and a pattern for each run.
  private func figure(_ comparison: RunComparison) -> TextFigure {
    let (colours, patterns) = ([34, 33, 32, 35, 36, 31], [[1], [4, 3], [5, 2, 1, 2], [1, 2]])
    let curves = comparison.accuracies.enumerated().map { index, curve in
      TextFigure.Curve(
        curve.name, curve.points, pattern: patterns[index % patterns.count],
        color: colours[index % colours.count])
    }
    return TextFigure(curves: curves, epochs: comparison.lastEpoch, hasColours: Colour.isOn)
  }
}
