import Foundation
import NetworkInNetwork
import TestSupport
import Testing

extension CommandTests {
  /// `NIN_KILLS` says how often; `make kills` asks for more than a test run has time for.
  @Suite("A run that is killed repeatedly")
  struct KillTests {
    private let folder: TemporaryFolder
    private let kills = ProcessInfo.processInfo.environment["NIN_KILLS"].flatMap { Int($0) } ?? 4

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset(trainingCount: 80 * kills, testCount: 16).write(to: "data", in: folder)
    }

    private func arguments(_ output: String, threads: Int) -> [String] {
      [
        "train", "--backend", TestedBackends.fastest, "--threads", "\(threads)", "--data", "data", "--output",
        output,
        "--recipe", "quick", "--image-size", "67", "--batch-size", "8", "--epochs", "2", "--seed", "1",
        "--learning-rate", "0.01", "--warm-up", "4",
        "--validation-split", "0.1", "--average-decay", "0.9", "--flip", "--shift", "2",
      ] + (TestedBackends.fastest == "reference" ? ["--limit-train", "48"] : [])
    }

    /// The files of the folder that are being written.
    private var temporaries: [String] {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path("killed"))) ?? []
      return names.filter { $0.hasSuffix(".tmp") }
    }

    @Test(
      "in the middle of a step or a file, ends with the same bits on any number of threads, each step once")
    func randomKills() throws {
      expectSuccess(try nin(arguments("whole", threads: 2), in: folder))
      var killed = 0
      for attempt in 0..<kills {
        // What the last kill has left is not being written now.
        for name in temporaries { try FileManager.default.removeItem(atPath: folder.path("killed/\(name)")) }
        let process = try NinProcess(
          arguments("killed", threads: 1 + attempt % 2) + ["--resume", "--checkpoint-every", "2"], in: folder)
        if attempt % 3 == 0 {
          // Which of its files it is depends on how long it has run; each takes some milliseconds.
          Thread.sleep(forTimeInterval: .random(in: 0..<1.5))
          let deadline = Date(timeIntervalSinceNow: 20)
          while temporaries.isEmpty, Date() < deadline { usleep(200) }
          usleep(.random(in: 0..<4000))
        } else {
          Thread.sleep(forTimeInterval: .random(in: 0.1..<2))
        }
        process.send(SIGKILL)
        if try process.finish().wasKilled { killed += 1 }
      }
      // A fast machine may be done before the last kills.
      #expect(killed > 0, "none of \(kills) was still running")
      let rest = try nin(arguments("killed", threads: 2) + ["--resume"], in: folder)
      expectSuccess(rest)
      for name in ["checkpoint.safetensors", "best.safetensors", "training-state.safetensors"] {
        #expect(try folder.read("killed/\(name)") == folder.read("whole/\(name)"), "\(name)")
      }
      #expect(try steps("killed") == steps("whole"))
      #expect(try folder.names(in: "killed") == RunFileNames.complete)
    }

    /// The first cells of the history's rows.
    private func steps(_ output: String) throws -> [Substring] {
      let text = String(decoding: try folder.read("\(output)/history.csv"), as: UTF8.self)
      return text.split(separator: "\n").map { $0.prefix { $0 != "," } }
    }
  }
}
