import ArgumentParser
import NetworkInNetwork
import Reporting

/// `nin-bench run`, which is what `nin-bench` does.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Measure whole networks, and with --profile their layers and passes.",
    discussion: """
      The images are random numbers of the real shape: neither reading nor resizing is timed. Each configuration \
      runs in a process of its own, and its first steps, which generate code and touch memory, are not counted. \
      Build with -c release.
      """)

  @OptionGroup var plan: PlanOptions

  @Option(parsing: .unconditional, help: "How many steps to count; not given, as many as --seconds allow.")
  var steps: Int?

  @Option(parsing: .unconditional, help: "How long to count steps of a configuration, at least 5 of them.")
  var seconds = 5.0

  @Flag(help: "Print the time of each layer and pass, in as many steps again.")
  var profile = false

  @Option(help: ArgumentHelp("Draw the layers under the machine's roofline, as SVG.", valueName: "svg"))
  var roofline: String?

  @Option(help: ArgumentHelp("Write all numbers, for 'nin-bench compare'.", valueName: "file"))
  var json: String?

  @OptionGroup(title: "Other frameworks") var peers: PeersOptions

  func validate() throws {
    if let steps, !(1...1_000_000).contains(steps) {
      throw ValidationError("--steps is \(steps); it must lie between 1 and 1000000")
    }
    guard seconds > 0, seconds <= 86400 else {
      throw ValidationError("--seconds is \(seconds); it must be more than 0 and at most 86400")
    }
    guard json == nil || json != roofline else {
      throw ValidationError("--json and --roofline name the same file")
    }
    guard !peers.isWanted || plan.isOfOneSize && !profile && roofline == nil else {
      throw ValidationError(
        "--peers compares nin at one size and one number of threads, without --profile, --roofline, --micro-batch "
          + "or another --model")
    }
  }

  func run() throws {
    if isDebugBuild {
      print("This is a debug build: its numbers mean nothing. Use swift run -c release nin-bench.\n")
    }
    for path in [json, roofline].compactMap(\.self) { try requireWritable(path) }
    if peers.isWanted { return try peers.compare(plan, steps: steps ?? Effort.fewestSteps, json: json) }
    let configurations = try plan.configurations()
    let report = try measure(configurations)
    print("\(NetworkTable(report: report))")
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
    let effort = Effort(steps: steps, seconds: seconds, isProfiled: profile || roofline != nil)
    for (index, configuration) in configurations.enumerated() {
      Progress.show("\(index + 1) of \(configurations.count): \(configuration.summary)")
      defer { Progress.clear() }
      report.measurements.append(try ChildMeasurement.run(configuration, effort))
    }
    report.ceilings = try report.ceilings.map { $0.raised(to: try .measured(threads: $0.threads)) }
    print("\nMeasured peaks, before or after all else, a multiply-add counted as two:")
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
