import ArgumentParser
import MachineLimits
import NetworkInNetwork
import Reporting

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// `nin-bench run`, the default of `nin-bench`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Measure whole networks, and with --profile their layers and passes.",
    discussion: """
      The images are random numbers of the real shape: neither reading nor resizing is timed. Each configuration \
      runs in its own process, and its first steps, which generate code and touch memory, are not counted. \
      Build with -c release.
      """)

  @OptionGroup var plan: PlanOptions

  @Option(
    parsing: .unconditional, help: "The number of steps to count. (default: as many as --seconds allows)")
  var steps: Int?

  @Option(
    parsing: .unconditional, help: "The time to count steps of a configuration; at least 5 are counted.")
  var seconds = 5.0

  @Option(
    parsing: .unconditional,
    help: "Repeat a disturbed measurement up to this many times, until one is undisturbed.")
  var retry = 0

  @Option(
    help: "Measure again next to a process that wants half a processor or one, and print the remaining speed."
  )
  var beside: Neighbor.Demand?

  @Flag(help: "Print the time of each layer and pass, from as many additional steps.")
  var profile = false

  @Option(help: ArgumentHelp("Draw the layers under the machine's roofline, as SVG.", valueName: "svg"))
  var roofline: String?

  @Option(help: ArgumentHelp("Write all numbers, for 'nin-bench compare'.", valueName: "file"))
  var json: String?

  @OptionGroup(title: "Other frameworks") var peers: PeersOptions

  func validate() throws {
    if let steps, !(1...StepBudget.maximumSteps).contains(steps) {
      throw ValidationError("--steps is \(steps); it must be between 1 and \(StepBudget.maximumSteps)")
    }
    guard (0...1000).contains(retry) else {
      throw ValidationError("--retry is \(retry); it must be between 0 and 1000")
    }
    guard seconds > 0, seconds <= 86400 else {
      throw ValidationError("--seconds is \(seconds); it must be more than 0 and at most 86400")
    }
    guard json == nil || json != roofline else {
      throw ValidationError("--json and --roofline name the same file")
    }
    guard beside == nil || !(profile || roofline != nil || retry > 0) else {
      throw ValidationError("--beside cannot be combined with --profile, --roofline or --retry")
    }
    guard !peers.isWanted || plan.isOfOneSize && !profile && roofline == nil && retry == 0 else {
      throw ValidationError(
        "--peers compares nin at one size and one number of threads, without --profile, --roofline, --retry, "
          + "--micro-batch, another --model or a variant of NiN")
    }
  }

  func run() throws {
    if isDebugBuild {
      print("This is a debug build: its numbers mean nothing. Use swift run -c release nin-bench.\n")
    }
    for path in [json, roofline].compactMap(\.self) { try requireWritable(path) }
    if peers.isWanted {
      return try peers.compare(plan, steps: steps ?? StepBudget.minimumSteps, beside: beside, json: json)
    }
    let configurations = try plan.configurations()
    let report = try measure(configurations)
    print("\(NetworkTable(report: report))")
    if beside != nil { print("\n\(BesideTable(report))") }
    for measurement in report.measurements {
      guard let profile = measurement.profile else { continue }
      let ceilings = report.ceilings(of: measurement.configuration)
      print("\n\(ProfileTable(profile, of: measurement, ceilings: ceilings))")
    }
    if let json { try ReportFile.write(report, to: json) }
    if let roofline { try RooflineFile.write(report, to: roofline) }
  }

  private func measure(_ configurations: [Configuration]) throws -> Report {
    var report = Report(
      isDebugBuild: isDebugBuild, machine: try .current(backends: plan.backendNames), ceilings: [],
      measurements: [])
    print(report.machine.summary)
    report.ceilings = try plan.threadCounts.map(Ceilings.measured)
    let budget = StepBudget(steps: steps, seconds: seconds, isProfiled: profile || roofline != nil)
    for (index, configuration) in configurations.enumerated() {
      Progress.show("\(index + 1) of \(configurations.count): \(configuration.summary)")
      defer { Progress.clear() }
      report.measurements.append(
        try .undisturbed(retries: retry) { try ChildMeasurement.run(configuration, budget) })
      if let beside {
        Progress.show(
          "\(index + 1) of \(configurations.count): \(configuration.summary), next to another process")
        report.beside =
          (report.beside ?? []) + [try ChildMeasurement.run(configuration, budget, beside: beside)]
      }
    }
    report.ceilings = try report.ceilings.map { $0.raised(to: try .measured(threads: $0.threads)) }
    print("\nMeasured peaks, before or after everything else, a multiply-add counted as two:")
    for ceilings in report.ceilings { print(ceilings.summary) }
    print("")
    return report
  }

  private var isDebugBuild: Bool {
    #if DEBUG
      true
    #else
      false
    #endif
  }
}

/// A line on standard error that shows what is being measured, if it is a terminal.
enum Progress {
  /// Replaces the line.
  static func show(_ line: String) {
    send("\r\u{1B}[K\(line)")
  }

  /// Clears the line.
  static func clear() {
    send("\r\u{1B}[K")
  }

  private static func send(_ text: String) {
    guard EscapeCodes.areKnown(on: STDERR_FILENO) else { return }
    fflush(nil)
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}

/// Requires that a file can be written, before minutes are spent on its content.
///
/// - Parameter path: The file.
/// - Throws: `FileError` if its folder is missing or not writable, the file is write-protected, or the path is a folder.
func requireWritable(_ path: String) throws {
  guard !path.isEmpty else {
    throw FileError(
      path: "''", problem: .notRegularFile(reason: "cannot be written: the path does not name a file"))
  }
  var isFolder = false
  if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder {
    throw FileError(path: path, problem: .notRegularFile(reason: "cannot be written: it is a folder"))
  }
  if FileManager.default.fileExists(atPath: path) {
    guard FileManager.default.isWritableFile(atPath: path) else {
      throw FileError(path: path, problem: .unwritable(reason: "cannot be written: it is write-protected"))
    }
    return
  }
  let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
  guard FileManager.default.isWritableFile(atPath: folder) else {
    throw FileError(
      path: path, problem: .unwritable(reason: "cannot be written: its folder is missing or not writable"))
  }
}
