import ArgumentParser
import NetworkInNetwork
import Reporting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The command `nin-bench`.
@main
struct NinBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nin-bench",
    abstract: "Measure training and prediction on this machine.",
    version: PackageVersion.current,
    subcommands: [
      RunCommand.self, LayerCommand.self, CompareCommand.self, MeasureCommand.self, NeighborCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() {
    FileNotice.listen { printNotice($0) }
    runAndExit()
  }
}

/// `nin-bench compare`.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Print what has become faster or slower between two runs, with the noise.",
    discussion: """
      Something has changed if the medians differ by more than their noise and each is outside the other's 10–90 % \
      range. The exit code is 0 if nothing is slower, 2 if something is, and 1 if the files cannot be compared. \
      Measurements that were disturbed or have fewer than \(Distribution.minimumForInterval) steps are marked, and do \
      not affect it.
      """)

  @Argument(
    help: "The file that an earlier run wrote with --json.", completion: .file(extensions: ["json"]))
  var old: String

  @Argument(help: "The file of a later run.", completion: .file(extensions: ["json"]))
  var new: String

  func run() throws {
    let comparison = Comparison(old: try ReportFile.read(old), new: try ReportFile.read(new))
    guard !comparison.rows.isEmpty else {
      throw BenchmarkError("\(old) and \(new) have no measurements in common")
    }
    print(comparison.summary)
    if comparison.hasSlower { throw ExitCode(2) }
  }
}

/// `nin-bench measure`: one configuration, for the process that started this one.
struct MeasureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure", abstract: "Measure one configuration.", shouldDisplay: false)

  @Argument(help: "The request as JSON.")
  var request: String

  func run() throws {
    guard let request = try? JSONDecoder().decode(ChildMeasurement.Request.self, from: Data(request.utf8))
    else {
      throw BenchmarkError("'measure' is for internal use; run nin-bench without it")
    }
    let measurer = Measurer(
      configuration: request.configuration, budget: request.budget, neighbor: request.neighbor)
    print(String(decoding: try JSONEncoder().encode(try measurer.measure()), as: UTF8.self))
  }
}
