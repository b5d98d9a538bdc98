import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// `NIN_KILLS` is how often, as for a training run.
  @Suite("An exercise that is killed repeatedly")
  struct ExerciseKillTests {
    private let folder: TemporaryFolder
    private let kills = ProcessInfo.processInfo.environment["NIN_KILLS"].flatMap { Int($0) } ?? 4
    private static let runs = ["average-0", "dense-0", "average-1", "dense-1"]

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset(trainingCount: 64, testCount: 16).write(to: "data", in: folder)
    }

    private func arguments(_ output: String) -> [String] {
      [
        "exercise", "3", "--budget", "5m", "--size", "small", "--backend", TestedBackends.fastest,
        "--threads", "1", "--data", "data", "--output", output,
      ]
    }

    @Test("is resumed, and has the files of one that was not killed, except for measured times")
    func killed() throws {
      let first = try NinProcess(arguments("killed"), in: folder)
      try first.wait(forOutput: "2 networks with ")
      first.send(SIGKILL)
      #expect(try first.finish().wasKilled)
      try planTwoSeeds()
      expectSuccess(try nin(arguments("whole"), in: folder))
      for _ in 0..<kills {
        let process = try NinProcess(arguments("killed"), in: folder)
        Thread.sleep(forTimeInterval: .random(in: 0.1..<1))
        process.send(SIGKILL)
        _ = try process.finish()
      }
      let last = try nin(arguments("killed"), in: folder)
      expectSuccess(last)
      #expect(last.output.contains("2 seeds"))
      try expectEqualRuns()
      try expectEqualAnswers()
    }

    /// Gives both folders the plan of the killed process, with two seeds, so that they take seconds.
    private func planTwoSeeds() throws {
      let plan = String(decoding: try folder.read("killed/plan.json"), as: UTF8.self)
      let changed = plan.replacing(#/("seeds"\s*:\s*)\d+/#) { "\($0.output.1)2" }
      #expect(changed != plan)
      let whole = folder.path("whole")
      try FileManager.default.createDirectory(atPath: whole, withIntermediateDirectories: true)
      for output in ["killed", "whole"] { try folder.write(changed.utf8, to: "\(output)/plan.json") }
    }

    private func expectEqualRuns() throws {
      #expect(try names(in: "killed/runs") == names(in: "whole/runs"))
      for run in Self.runs {
        let path = "runs/\(run)"
        #expect(try names(in: "killed/\(path)") == names(in: "whole/\(path)"))
        for name in ["checkpoint.safetensors", "best.safetensors", "training-state.safetensors"] {
          let file = "\(path)/\(name)"
          #expect(try folder.read("killed/\(file)") == folder.read("whole/\(file)"), "\(file)")
        }
        #expect(try outcome("killed/\(path)") == outcome("whole/\(path)"), "\(run)")
      }
    }

    private func expectEqualAnswers() throws {
      #expect(try names(in: "killed") == names(in: "whole"))
      for name in ["plan.json", "curves.svg"] {
        #expect(try folder.read("killed/\(name)") == folder.read("whole/\(name)"), "\(name)")
      }
      #expect(try table("killed") == table("whole"))
    }

    /// The files of a folder, without the locks of killed processes.
    private func names(in path: String) throws -> [String] {
      try folder.names(in: path).filter { $0 != ".training.lock" }
    }

    /// A run's outcome without its times.
    private func outcome(_ run: String) throws -> NSDictionary {
      let object = try JSONSerialization.jsonObject(with: folder.read("\(run)/result.json"))
      let outcome = try #require(object as? [String: Any])
      return outcome.filter { !["seconds", "images_per_second"].contains($0.key) } as NSDictionary
    }

    /// The cells of the table without those of the speed.
    private func table(_ output: String) throws -> [[Substring]] {
      let text = String(decoding: try folder.read("\(output)/table.csv"), as: UTF8.self)
      let rows = text.split(separator: "\n").map {
        $0.split(separator: ",", omittingEmptySubsequences: false)
      }
      let speed = try #require(rows.first?.firstIndex(of: "images_per_second"))
      return rows.map { row in row.indices.filter { $0 != speed }.map { row[$0] } }
    }
  }
}
