import ArgumentParser
import BackendConformance
import NetworkInNetwork
import Reporting

@main
struct NinConformance: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nin-conformance",
    abstract: "Check backends on thousands of generated shapes.",
    discussion: """
      Prints what each check ran, the limitations that the backend declares, and the smallest failing case of \
      each check. The same seed gives the same cases. Progress goes to standard error.

      On two cores it takes about 1 minute for openblas, 1.5 minutes for reference, and for dnnl 2 minutes with \
      AVX2, 2.5 with AVX-512 and 4 with bf16 as well; several times as long if the cores are busy. The time \
      grows with --shapes.

      oneDNN uses the newest instructions that the CPU has. DNNL_MAX_CPU_ISA=AVX2, AVX512_CORE or \
      AVX512_CORE_BF16 makes it use older ones. OMP_WAIT_POLICY=passive keeps waiting threads from taking time \
      from other processes.
      """,
    version: PackageVersion.current)

  @Option(help: "A backend to check; may be repeated. (default: all available)")
  var backend: [String] = []

  @Option(help: "The seed of shapes and numbers.")
  var seed: UInt64 = 0

  @Option(help: "The number of shapes to generate for each kind of operation.")
  var shapes = ConformanceSize.thorough.shapes

  @Option(
    help:
      "The number of threads. (default: OMP_NUM_THREADS, otherwise the processors available to the process)"
  )
  var threads: Int?

  static func main() {
    runAndExit()
  }

  func validate() throws {
    try asUsageError { try BackendRegistry.requireKnown(backend) }
    for (name, value, largest) in [
      ("--shapes", shapes, 1_000_000), ("--threads", threads ?? 1, ThreadPool.maximumCount),
    ] where !(1...largest).contains(value) {
      throw ValidationError("\(name) is \(value); it must be between 1 and \(largest)")
    }
  }

  func run() throws {
    let pool = threads.map(ThreadPool.init(count:)) ?? .automatic
    var size = ConformanceSize.thorough
    size.shapes = shapes
    var conform = true
    for (name, first) in try backends(pool) {
      let display = ProgressDisplay(of: "\(name), seed \(seed)")
      let suite = Conformance(
        of: first, seed: seed, size: size,
        makeBackend: { try BackendRegistry.backend(named: name, options: BackendOptions(threads: $0)) },
        progress: display.show)
      let information = first.information
      print("\(name) (\(information.library), \(information.instructionSet)), seed \(seed):")
      let report = suite.run { check in
        display.clear()
        print("- \(check)")
      }
      print("\(name) \(report.passed ? "conforms" : "does not conform"), \(display.elapsed)")
      conform = report.passed && conform
    }
    if !conform { throw ExitCode.failure }
  }

  /// The requested backends, or all that are available.
  private func backends(_ pool: ThreadPool) throws -> [(name: String, backend: any Backend)] {
    let options = BackendOptions(threads: pool)
    let available: [(name: String, backend: any Backend)]
    if backend.isEmpty {
      available = BackendRegistry.entries.compactMap { entry in
        do {
          return (entry.name, try entry.make(options))
        } catch {
          print("\(entry.name) is skipped: \(error)")
          return nil
        }
      }
    } else {
      available = try backend.map { ($0, try BackendRegistry.backend(named: $0, options: options)) }
    }
    #if DNNL
      if let reason = DNNL.ineffectiveLimit {
        print("dnnl is skipped: \(reason)")
        return available.filter { $0.name != "dnnl" }
      }
    #endif
    return available
  }
}
