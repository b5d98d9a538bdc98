import Foundation
import TestSupport
import Testing

@testable import TensorBoard

/// read_events.py is run with `python3`, or with what NIN_PYTHON names, where that has TensorBoard.
@Suite("TensorBoard itself")
struct RealTensorBoardTests {
  private static let python = ProcessInfo.processInfo.environment["NIN_PYTHON"] ?? "python3"

  private static let isInstalled = (try? run(["-c", "import tensorboard"]))?.status == 0

  private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [python] + arguments
    process.standardError = FileHandle.nullDevice
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
  }

  /// The output of the script.
  private struct Events: Decodable {
    let scalars: [String: [[Double]]]
    let histograms: [String: [[Double]]]
    let recipe: String
    let plugins: [String: String]
  }

  @Test(
    "reads a run that was killed and resumed, each step once",
    .enabled(if: isInstalled, "there is no TensorBoard"))
  func reads() throws {
    let run = try SmallRun()
    try run.train(epochs: 2, killedAfter: 9)
    try run.train(epochs: 2)
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("read_events.py").path
    let (status, output) = try Self.run([script, run.folder.path("run")])
    #expect(status == 0)
    let events = try JSONDecoder().decode(Events.self, from: Data(output.utf8))
    let losses = try #require(events.scalars["loss/training"])
    #expect(losses.map { $0[0] } == (1...12).map(Double.init))
    #expect(events.scalars["accuracy/test"]?.map { $0[0] } == [6, 12])
    for (name, steps) in events.histograms {
      // Step, how many numbers, and how many in all buckets.
      #expect(steps.allSatisfy { $0[1] == $0[2] && $0[1] > 0 }, "\(name)")
      #expect(Set(steps.map { $0[0] }).count == steps.count)
    }
    #expect(events.recipe.contains("learningRate"))
    #expect(events.plugins["recipe"] == "text" && events.plugins["loss/training"] == "scalars")
  }
}
