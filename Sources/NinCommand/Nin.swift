import ArgumentParser
import NetworkInNetwork
import Reporting

/// The command `nin`.
///
/// It is a library, so that a package with a backend of its own can have the same command: register the backend,
/// then call ``runNin()``.
struct Nin: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nin",
    abstract: "Train and run Network in Network on a CPU.",
    discussion: """
      The network of Dive into Deep Learning's section 8.3, on real Fashion-MNIST. Where the book shows one \
      network in four frameworks, here it is built once and --backend picks who computes: 'reference' is plain \
      loops that read like the book's equations, 'openblas' and 'blis' unfold convolutions into matrix \
      products, 'dnnl' is oneDNN. All give the same results; they differ in speed.

      Begin with 'nin summary' for the network's layers and 'nin train --recipe quick' for a trained one.
      """,
    version: PackageVersion.current,
    subcommands: [
      TrainCommand.self, RecipeCommand.self, EvaluateCommand.self, ReportCommand.self,
      CompareCommand.self, PredictCommand.self, MapsCommand.self, FeaturesCommand.self, FiltersCommand.self,
      ExportCommand.self,
      TraceCommand.self,
      VerifyCommand.self, SummaryCommand.self, ExerciseCommand.self, BackendsCommand.self, DataCommand.self,
    ])

  @OptionGroup(title: "Options that may stand before or after the subcommand")
  var shared: SharedOptions
}

/// Runs the command with the arguments of the process, and ends the process.
///
/// Backends beside the built-in ones must be registered before.
public func runNin() -> Never {
  FileNotice.listen { Log.notice($0) }
  Nin.runAndExit(reportingErrorsBy: Log.error)
}
