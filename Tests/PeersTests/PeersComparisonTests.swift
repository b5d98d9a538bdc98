import Foundation
import Testing

@testable import nin_bench

/// The whole comparison, with shell scripts instead of Python.
struct PeersComparisonTests {
  @Test func runsOursAndAPeerInTurn() throws {
    let folder = try FakePeerFolder()
    try folder.addPeer("good", answer: FakePeerFolder.goodAnswer)
    try folder.addPeer("broken", answer: "echo 'ImportError: no such library' >&2; exit 1")
    try folder.addPeer("dead", answer: "kill -9 $$")
    try folder.addPeer("silent", answer: "echo nothing")
    try folder.addScript("absent")
    var printed = ""
    let report = try compare(folder, rounds: 2) { printed += $0 + "\n" }

    let section = try #require(report.sections.first)
    #expect(report.missing == ["absent"])
    #expect(printed.contains("not installed: absent"))
    #expect(printed.contains("install --into \(folder.scripts)/.venv absent"))
    try #require(section.results.map(\.name) == ["reference", "Good"], "\(section.failures)")
    #expect(section.results[1].rounds.map(\.seconds) == [[2], [2]])
    #expect(section.results[1].comparisons[0].speed.median > 0)
    #expect(
      section.failures == [
        "broken (best) is skipped: it exited with 1: ImportError: no such library",
        "dead (best) is skipped: it was terminated by a signal",
        "silent (best) is skipped: it printed no result",
      ])
    for failure in section.failures { #expect(printed.contains(failure)) }
    let arguments = try String(contentsOfFile: "\(folder.scripts)/arguments", encoding: .utf8)
    let expected =
      "--task train --precision float32 --batch-size 2 --image-size 67 --threads 1 --steps 1 --setting best"
    #expect(arguments.contains(expected))
  }

  @Test func namesUnknownPeers() throws {
    let folder = try FakePeerFolder()
    #expect(throws: BenchmarkError.self) { try PeerFolder(scripts: folder.scripts) }
    try folder.addScript("absent")
    #expect(throws: BenchmarkError("unknown peer torch; available: absent")) {
      try PeerFolder(scripts: folder.scripts, names: ["torch"])
    }
  }

  @Test func refusesToMeasureOursAlone() throws {
    let folder = try FakePeerFolder()
    try folder.addScript("absent")
    let venv = "\(folder.scripts)/.venv"
    let install = "\(folder.scripts)/install --into"
    #expect(
      throws: BenchmarkError("no peer is installed in /nowhere; '\(install) /nowhere absent' installs it")
    ) {
      try PeerFolder(scripts: folder.scripts, environments: "/nowhere")
    }
    try folder.addPeer("mute", list: "", answer: "")
    #expect(
      throws: BenchmarkError("absent is not installed in \(venv); '\(install) \(venv) absent' installs it")
    ) {
      try PeerFolder(scripts: folder.scripts, names: ["mute", "absent"])
    }
    #expect(try PeerFolder(scripts: folder.scripts).installed.map(\.name) == ["mute"])
    let error = #expect(throws: BenchmarkError.self) { try compare(folder, rounds: 1) { _ in } }
    #expect(error?.description.contains("nothing to compare: none of mute") ?? false)
  }

  @Test func omitsTasksThatNoPeerMeasures() throws {
    let folder = try FakePeerFolder()
    try folder.addPeer("good", answer: FakePeerFolder.goodAnswer)
    let report = try compare(folder, tasks: [.prediction, .training], rounds: 1) { _ in }
    #expect(report.sections.map(\.workload.task) == [.training])
    #expect(throws: BenchmarkError.self) { try compare(folder, tasks: [.prediction], rounds: 1) { _ in } }
  }

  @Test func oursFailWithTheReasonOfTheBackend() throws {
    let folder = try FakePeerFolder()
    try folder.addPeer("good", answer: FakePeerFolder.goodAnswer)
    let report = try compare(folder, backends: ["nonesuch"], rounds: 1) { _ in }
    let failure = try #require(report.sections.first?.failures.first)
    #expect(failure.contains("nonesuch is skipped: training of nin on nonesuch"))
  }

  private func compare(
    _ folder: FakePeerFolder, tasks: [PeerTask] = [.training], backends: [String] = ["reference"],
    rounds: Int, print: (String) -> Void
  ) throws -> PeersReport {
    let comparison = PeersComparison(
      folder: try PeerFolder(scripts: folder.scripts), tasks: tasks, precisions: [.float32],
      rounds: rounds, backends: backends, program: try program(), batchSize: 2, imageSize: 67, threads: 1,
      steps: 1)
    return try comparison.run(print: print)
  }

  /// The executable is next to the bundle of the tests.
  private func program() throws -> String {
    let bundles = Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
    let folders = bundles + [URL(fileURLWithPath: CommandLine.arguments[0])]
    let candidates = folders.map { $0.deletingLastPathComponent().appendingPathComponent("nin-bench").path }
    return try #require(candidates.first(where: FileManager.default.isExecutableFile))
  }
}
