import ArgumentParser
import NetworkInNetwork
import Reporting

/// The command `nin`.
///
/// It is a library, so that a package with a custom backend can have the same command: register the backend, then call
/// ``runNin()``.
struct Nin: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nin",
    abstract: "Train and run Network in Network on a CPU.",
    discussion: """
      EXAMPLES:

        nin summary
        nin train --recipe quick --output runs/quick
        nin predict --checkpoint runs/quick/checkpoint.safetensors shirt.png

      The network of section 8.3 of Dive into Deep Learning, on Fashion-MNIST or other images. --backend selects the \
      implementation: 'reference' is plain loops that read like the book's equations, 'openblas' and 'blis' unfold \
      convolutions into matrix products, 'dnnl' is oneDNN. All give the same results up to rounding; they differ in speed.
      """,
    version: PackageVersion.current,
    subcommands: [
      TrainCommand.self, RecipeCommand.self, EvaluateCommand.self, ReportCommand.self,
      CompareCommand.self, PredictCommand.self, MapsCommand.self, FeaturesCommand.self, FiltersCommand.self,
      ExportCommand.self,
      TraceCommand.self,
      VerifyCommand.self, SummaryCommand.self, ExerciseCommand.self, BackendsCommand.self, DataCommand.self,
    ])

  @OptionGroup(title: "Options for all subcommands, before or after the subcommand")
  var shared: SharedOptions
}

/// Runs the command with the arguments of the process, and ends the process.
///
/// Custom backends must be registered first.
public func runNin() -> Never {
  FileNotice.listen { Log.notice($0) }
  Nin.runAndExit(advisingBy: ErrorAdvice.text, reportingErrorsBy: Log.error)
}
