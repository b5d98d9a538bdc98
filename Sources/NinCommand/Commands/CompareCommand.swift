import ArgumentParser
import NetworkInNetwork
import Reporting
import RunReports

/// `nin compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare runs: results, differences between recipes, accuracy after each epoch.",
    discussion: """
      EXAMPLES:

        nin compare runs/quick runs/best
        nin compare runs/* --output comparison.html

      Runs may be incomplete, or from older versions. Files of accuracies can be given too: comma-separated, with a first \
      line epoch,NAME,NAME… Docs/results/book.csv has the book's.
      """)

  @OptionGroup var shared: SharedOptions

  @Argument(
    help: ArgumentHelp("Run folders, and files of accuracies.", valueName: "run"),
    completion: .file(extensions: ["csv"]))
  var runs: [String]

  @Option(
    help: ArgumentHelp(
      "Also draw the curves: a picture (.svg), or a page with the tables (.html).",
      valueName: "file.svg|file.html"),
    completion: .file(extensions: ["svg", "html"]))
  var output: String?

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var progress: ProgressOptions

  func validate() throws {
    guard let output, !output.hasSuffix(".svg"), !output.hasSuffix(".html") else { return }
    throw ValidationError("--output is \(output); its name must end in .svg or .html")
  }

  func run() throws {
    // Nothing is computed, but a wrong --backend is still rejected.
    if shared.backend != nil { _ = try shared.makeBackend() }
    let display = CommandProgress(isQuiet: progress.quiet)
    display.show("reading the runs")
    let comparison = try RunComparison(runs)
    display.clear()
    for note in comparison.missing { Log.notice(note) }
    print(json ? try prettyJSON(comparison) : text(comparison))
    guard let output else { return }
    try comparison.write(to: output)
    if !json { print("\nwrote the curves to \(output)") }
  }

  private func text(_ comparison: RunComparison) -> String {
    let terminal = Terminal.standardOutput
    let tables = comparison.text(width: terminal.isTerminal ? terminal.width : nil)
    guard !comparison.accuracies.isEmpty else { return tables }
    let figure = figure(comparison).lines(
      width: min(terminal.width, 100), height: max(20, comparison.accuracies.count + 12))
    return tables + "\n\n" + figure.joined(separator: "\n")
  }

  /// The accuracies over the epochs, with a color and a pattern per run.
  private func figure(_ comparison: RunComparison) -> TextFigure {
    let (colors, patterns) = ([34, 33, 32, 35, 36, 31], [[1], [4, 3], [5, 2, 1, 2], [1, 2]])
    let curves = comparison.accuracies.enumerated().map { index, curve in
      TextFigure.Curve(
        curve.name, curve.points, pattern: patterns[index % patterns.count],
        color: colors[index % colors.count])
    }
    return TextFigure(curves: curves, epochs: comparison.lastEpoch, hasColors: Color.isOn)
  }
}
