import ChildProcesses
import Foundation
import NetworkInNetwork
import TestSupport
import Testing

@testable import nin_bench

/// The executable, run as a user runs it; one run at a time, because each takes all cores.
@Suite("The command nin-bench", .serialized)
struct CommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  private func bench(_ arguments: [String]) throws -> ChildProcess.Outcome {
    let environment = ProcessInfo.processInfo.environment.merging(["OMP_WAIT_POLICY": "passive"]) { $1 }
    return try ChildProcess.run(try program(), arguments: arguments, environment: environment)
  }

  private func program() throws -> String {
    let bundles = Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
    let programs = bundles + [URL(fileURLWithPath: CommandLine.arguments[0])]
    let candidates = programs.map { $0.deletingLastPathComponent().appendingPathComponent("nin-bench").path }
    return try #require(candidates.first(where: FileManager.default.isExecutableFile))
  }

  @Test("a tiny run prints the machine, the networks and their profiles, and writes its files")
  func tinyRun() throws {
    let (json, svg) = (folder.path("result.json"), folder.path("roofline.svg"))
    let outcome = try bench([
      "--model", "nin", "--image-sizes", "67", "--batch-sizes", "2", "--steps", "1", "--threads", "1",
      "--profile",
      "--json", json, "--roofline", svg,
    ])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    for part in ["Measured peaks", "images/s", "Profile: training of nin", "unaccounted for", "net.7.4"] {
      #expect(outcome.output.contains(part), "\(part)")
    }
    #if DEBUG
      #expect(outcome.output.hasPrefix("This is a debug build"))
    #endif
    #expect(try folder.names() == ["result.json", "roofline.svg"])
    let report = try ReportFile.read(json)
    let training = try #require(report.measurements.first { $0.configuration.task == .training })
    #expect(training.nanoseconds.count == 1)
    #if os(Linux)
      #expect((training.peakMemory ?? 0) > training.heldMemory)
    #endif
    // Forward, input and weight gradient of every layer but the first, which has no input gradient.
    let summary = try Summary(NiN(classes: 10), input: [2, 1, 67, 67])
    let first = try #require(summary.layers.first { $0.children == nil }).macs
    #expect(training.operations == 2 * (3 * summary.macs - first))
    let profiled = training.profile?.rows.reduce(0) { $0 + $1.operations }
    #expect(profiled == training.operations)
    let comparison = try bench(["compare", json, json])
    #expect(comparison.exitCode == 0)
    #expect(comparison.output.contains("within the noise"))
    #if os(Linux)
      #expect(training.disturbance?.others != nil)
    #endif
  }

  @Test("other networks and variants of NiN, at their default sizes")
  func networks() throws {
    let short = [
      "--batch-sizes", "2", "--steps", "1", "--threads", "1", "--backend", "reference", "--precision",
      "float32",
    ]
    let json = folder.path("result.json")
    let lenet = try bench(["--model", "lenet", "--json", json] + short)
    #expect(lenet.exitCode == 0, "\(lenet.output)")
    #expect(try ReportFile.read(json).measurements.allSatisfy { $0.configuration.imageSize == 28 })
    let variant = try bench(
      ["--pointwise", "1", "--width", "0.25", "--image-sizes", "67", "--json", json] + short)
    #expect(variant.exitCode == 0, "\(variant.output)")
    let design = try NiNDesign(pointwiseConvolutions: 1, width: 0.25)
    #expect(try ReportFile.read(json).measurements.allSatisfy { $0.configuration.design == design })
    for arguments in [
      ["--model", "lenet", "--depth", "21"], ["--pointwise", "4"], ["--peers", "--head", "dense"],
    ] {
      let refused = try bench(arguments + short)
      #expect(refused.exitCode == 64, "\(refused.output)")
    }
  }

  @Test("compare exits with 2 if something is slower, and with 0 if it is faster")
  func exitCodes() throws {
    let (slow, fast) = (folder.path("slow.json"), folder.path("fast.json"))
    for (milliseconds, path) in [(20, slow), (10, fast)] {
      let times = Array(repeating: UInt64(milliseconds), count: 10)
      try ReportFile.write(Samples.report([Samples.measurement(milliseconds: times)]), to: path)
    }
    #expect(try bench(["compare", fast, slow]).exitCode == 2)
    #expect(try bench(["compare", slow, fast]).exitCode == 0)
  }

  @Test("one layer alone: a row per pass, with its memory and the ceilings")
  func layer() throws {
    let outcome = try bench([
      "layer", "conv", "--input", "2x8x9x9", "--channels", "8", "--kernel", "3", "--padding", "1", "--steps",
      "2",
      "--threads", "1", "--backend", "reference",
    ])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    for part in [
      "conv 3×3 pad 1, 8→8: 2×8×9×9", "training on reference", "forward", "input gradient", "weight gradient",
      "scratch", "% roof", "1 thread: float32",
    ] {
      #expect(outcome.output.contains(part), "\(part): \(outcome.output)")
    }
  }

  @Test(
    "next to another process: what it received, and what is left of the rate", arguments: ["half", "one"])
  func neighbor(demand: String) throws {
    let json = folder.path("result.json")
    let outcome = try bench([
      "--image-sizes", "67", "--batch-sizes", "2", "--steps", "3", "--threads", "1", "--tasks", "prediction",
      "--backend", "reference", "--precision", "float32", "--beside", demand, "--json", json,
    ])
    #expect(outcome.exitCode == 0, "\(outcome.output)")
    #expect(outcome.output.contains("received"), "\(outcome.output)")
    let report = try ReportFile.read(json)
    let beside = try #require(report.beside?.first)
    #expect(report.beside?.count == 1 && report.measurements.count == 1)
    #expect(beside.neighbor?.demand.rawValue == demand && report.measurements[0].neighbor == nil)
    #expect((beside.cpuSeconds ?? 0) > 0)
    #if os(Linux)
      #expect((beside.neighbor?.share ?? -1) >= 0)
    #endif
  }

  @Test(
    "a neighbor uses CPU time, and ends cleanly when its pipe is closed",
    arguments: Neighbor.Demand.allCases)
  func neighbor(demand: Neighbor.Demand) throws {
    let neighbor = try Neighbor(demand, program: try program())
    #if os(Linux)
      #expect(neighbor.cpuSeconds != nil)
    #endif
    #expect(neighbor.end() == 0)
    #expect(neighbor.end() == nil && neighbor.cpuSeconds == nil)
    #expect(throws: BenchmarkError.self) { try Neighbor(demand, program: "/nowhere/nin-bench") }
  }

  @Test("a neighbor whose parent is killed ends by itself")
  func orphan() throws {
    // A `sleep` alone holds the pipe open, and is killed; the shell exits with the neighbor's exit code.
    let script = #"{ sleep 1000 & exec 1>&-; kill -KILL $!; } | "$0" neighbor one"#
    let outcome = try ChildProcess.run(
      "/bin/sh", arguments: ["-c", script, try program()],
      environment: ProcessInfo.processInfo.environment)
    #expect(outcome.exitCode == 0, "\(outcome.output)")
  }

  @Test("prints the package's version")
  func version() throws {
    let outcome = try bench(["--version"])
    #expect(outcome.exitCode == 0 && outcome.output == PackageVersion.current + "\n")
  }

  @Test("default backends without the requested precision are skipped")
  func precisionOfSome() throws {
    let outcome = try bench([
      "--precision", "bf16", "--image-sizes", "67", "--batch-sizes", "1", "--steps", "1",
      "--tasks", "prediction",
    ])
    let dnnl = try? BackendRegistry.backend(named: "dnnl", options: BackendOptions())
    if dnnl?.information.precisions.contains(.bfloat16) == true {
      #expect(outcome.exitCode == 0, "\(outcome.output)")
      #expect(outcome.output.contains("prediction  dnnl"), "\(outcome.output)")
      #expect(!outcome.output.contains("prediction  openblas"), "\(outcome.output)")
    } else {
      #expect(outcome.output.contains("does not compute in bf16 on this machine"), "\(outcome.output)")
    }
  }

  @Test(
    "what cannot be measured is rejected in one line",
    arguments: [
      ["--threads", "0"], ["--threads", "two"], ["--batch-sizes", "1,,2"], ["--batch-sizes", "-1"],
      ["--image-sizes", "0"], ["--image-sizes", "9"], ["--model", "resnet"], ["--backends", "cudnn"],
      ["--precision", "float8"], ["--backends", "openblas", "--precision", "float64"],
      ["--backends", "dnnl,openblas", "--precision", "float64"], ["--precision", "float64"],
      ["--steps", "0"], ["--retry", "-1"], ["--beside", "two"], ["--beside", "half", "--profile"],
      ["--beside", "one", "--profile"],
      ["--seconds", "nan"], ["--json", "/nowhere/result.json"], ["--json", "/tmp"],
      ["compare", "/nowhere/old.json", "/nowhere/new.json"], ["measure", "{}"],
      ["layer"], ["layer", "conv", "--input", "2x8x9x9"],
      ["layer", "relu", "--input", "2x8", "--backend", "cudnn"],
      ["layer", "conv", "--input", "2x8x9x9", "--channels", "4", "--kernel", "11"],
      ["layer", "relu", "--input", "2x8", "--precision", "float64", "--backend", "openblas"],
      ["layer", "relu", "--input", "2x8", "--threads", "0"],
    ])
  func refusals(arguments: [String]) throws {
    let outcome = try bench(arguments)
    #expect(outcome.exitCode != nil && outcome.exitCode != 0, "\(outcome.output)")
    #expect(outcome.output.contains("Error: "), "\(outcome.output)")
    #expect(!outcome.output.contains("Fatal error"))
    #expect(outcome.output.split(separator: "\n").count { $0.hasPrefix("Error: ") } == 1)
    if arguments.contains("cudnn") { #expect(outcome.exitCode == 64) }
  }
}
