import ArgumentParser
import NetworkInNetwork
import Reporting

/// The options of `nin-bench --peers`.
struct PeersOptions: ParsableArguments {
  @Flag(
    name: .customLong("peers"),
    help: "Run other frameworks in turn with nin, and print the ratios of speed and memory.")
  var isWanted = false

  @Option(parsing: .unconditional, help: "With --peers: the number of rounds. (default: 5)")
  var rounds: Int?

  @Option(
    help: ArgumentHelp(
      "With --peers: only these, such as pytorch,mxnet. (default: all that are installed)", valueName: "names"
    ),
    transform: Self.names)
  var peerNames: [String]?

  @Option(
    help: ArgumentHelp("With --peers: some of training,prediction,latency,start.", valueName: "tasks"),
    transform: Self.tasks)
  var peerTasks = PeerTask.allCases

  @Option(help: ArgumentHelp("With --peers: the folder of the peers' scripts.", valueName: "folder"))
  var peerScripts = "Benchmarks/peers"

  @Option(
    help: ArgumentHelp(
      "With --peers: the folder of the peers' virtual environments. (default: .venv next to the scripts)",
      valueName: "folder"))
  var peerEnvironments: String?

  func validate() throws {
    if let rounds, !(1...1000).contains(rounds) {
      throw ValidationError("--rounds is \(rounds); it must be between 1 and 1000")
    }
    guard isWanted || (rounds == nil && peerNames == nil && peerEnvironments == nil) else {
      throw ValidationError("--rounds, --peer-names and --peer-environments require --peers")
    }
    guard peerNames?.isEmpty != true else { throw ValidationError("--peer-names is empty") }
    guard !peerTasks.isEmpty else {
      throw ValidationError(
        "--peer-tasks is empty; available: training, prediction, latency and start")
    }
  }

  /// Runs the comparison and prints it.
  ///
  /// - Parameters:
  ///   - plan: Our backends that take part, and the size of images; if there are several, the first.
  ///   - steps: The number of steps in a round.
  ///   - neighbor: The demand of a process next to which everything is measured again; nil for none.
  ///   - json: The file for all measurements.
  /// - Throws: ``BenchmarkError`` if a backend is unavailable or lacks one of these precisions, or no
  ///   peer can be compared, or the reason why a file cannot be written.
  func compare(
    _ plan: PlanOptions, steps: Int, beside neighbor: Neighbor.Demand?, json: String?
  ) throws {
    _ = try plan.configurations()
    guard plan.precision?.values != [.float64] else {
      throw BenchmarkError("other frameworks are not compared in float64; use float32 or bf16")
    }
    let comparison = PeersComparison(
      folder: try PeerFolder(scripts: peerScripts, environments: peerEnvironments, names: peerNames),
      tasks: peerTasks,
      precisions: (plan.precision?.values ?? [.float32, .bfloat16]).filter { $0 != .float64 },
      rounds: rounds ?? 5, backends: plan.backends?.values ?? ["dnnl"],
      program: try ChildMeasurement.ownProgram(), batchSize: plan.batchSizes?.values.first ?? 128,
      imageSize: plan.sides[0], threads: plan.threadCounts[0], steps: steps, neighbor: neighbor)
    let report = try comparison.run { print($0) }
    guard let json else { return }
    let text = try prettyJSON(report)
    try AtomicFile.write(to: json) { try $0.write(text + "\n") }
  }

  private static func names(_ list: String) -> [String] { list.split(separator: ",").map(String.init) }

  private static func tasks(_ list: String) throws -> [PeerTask] {
    try names(list).map { name in
      guard let task = PeerTask(rawValue: name) else {
        throw ValidationError("unknown task \(name); available: training, prediction, latency and start")
      }
      return task
    }
  }
}
