import Testing

@testable import nin_bench

/// The lines of JSON between programs.
struct PeerMeasurementTests {
  @Test func findsTheLineAmongOthers() throws {
    let output = """
      W0000 a framework's own line
      {"peer": "P", "version": "1.2", "setting": "best", "task": "train", "seconds": [3.0, 1, 2.0], \
      "peak_memory": 2000}
      goodbye
      """
    let found = try PeerMeasurement(output: output)
    #expect(found.peer == "P" && found.version == "1.2" && found.setting == "best")
    #expect(found.medianSeconds == 2)
    #expect(found.peakMemory == 2000)
  }

  @Test func readsWhatItWrites() throws {
    let written = PeerMeasurement(
      peer: "dnnl", version: "3", setting: "", seconds: [0.25, 0.5], peakMemory: 1 << 33)
    #expect(try PeerMeasurement(output: written.line) == written)
  }

  @Test(arguments: [
    "", "no JSON", "{", #"{"peer": "P"}"#,
    #"{"peer": "P", "version": "", "setting": "", "seconds": [], "peak_memory": 1}"#,
    #"{"peer": "P", "version": "", "setting": "", "seconds": [1, -1], "peak_memory": 1}"#,
    #"{"peer": "P", "version": "", "setting": "", "seconds": [1, NaN], "peak_memory": 1}"#,
    #"{"peer": "P", "version": "", "setting": "", "seconds": [1], "peak_memory": 0}"#,
    #"{"peer": "P", "version": "", "setting": "", "seconds": ["1"], "peak_memory": 1}"#,
  ])
  func rejectsOtherOutput(_ output: String) {
    #expect(throws: BenchmarkError.self) { try PeerMeasurement(output: output) }
  }

  @Test func picksTheSettingsOfATask() throws {
    let settings = [("train", "float32", "a"), ("predict", "float32", "b"), ("predict", "bf16", "c")]
      .map { #"{"task": "\#($0)", "precision": "\#($1)", "setting": "\#($2)"}"# }
    let description = try PeerDescription(
      output: #"{"peer": "P", "settings": [\#(settings.joined(separator: ", "))]}"#)
    #expect(description.settings(for: workload(.latency)) == ["b"])
    #expect(description.settings(for: workload(.start)) == [])
    #expect(throws: BenchmarkError.self) { try PeerDescription(output: "usage: …") }
  }
}

/// A small workload.
func workload(_ task: PeerTask) -> PeerWorkload {
  PeerWorkload(task: task, precision: .float32, batchSize: 4, imageSize: 67, threads: 1, steps: 1)
}
