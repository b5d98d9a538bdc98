import Foundation
import TestSupport
import Testing

extension CommandTests {
  @Suite("nin exercise")
  struct ExerciseCommandTests {
    private let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder()
      try TinyDataset().write(to: "data", in: folder)
    }

    private func exercise(_ arguments: String...) -> [String] {
      ["exercise", "--backend", TestedBackends.fastest, "--threads", "1", "--data", "data"] + arguments
    }

    @Test("lists the six exercises with their questions")
    func list() throws {
      let run = try nin("exercise", in: folder)
      expectSuccess(run)
      let lines = run.output.split(separator: "\n")
      for number in 1...6 { #expect(lines.contains { $0.hasPrefix("\(number). ") }) }
      #expect(lines.count { $0.hasSuffix("?") } == 6)
    }

    @Test("rejects impossible values in one line")
    func errors() throws {
      expectFailure(try nin(exercise("7"), in: folder), naming: "the exercise is 7")
      expectFailure(try nin(exercise("1", "--budget", "soon"), in: folder), naming: "--budget is soon", "5m")
      expectFailure(try nin(exercise("1", "--budget", "-5m"), in: folder), naming: "--budget")
      expectFailure(try nin(exercise("1", "--size", "huge"), in: folder), naming: "--size is huge", "small")
      expectFailure(try nin(exercise("4", "--control", "0.5"), in: folder), naming: "--control")
      expectFailure(
        try nin("exercise", "--budget", "5m", in: folder), naming: "number of the exercise is missing")
      expectFailure(try nin("exercise", "1", "--data", "nowhere", in: folder), naming: "nowhere")
    }

    @Test("says which budget would be enough for two seeds")
    func tooShort() throws {
      let run = try nin(exercise("1", "--budget", "1s"), in: folder)
      expectFailure(
        run, naming: "--budget 1s is too short for two runs of each of 4 networks", "should be enough")
      #expect(!folder.has("runs/exercise-1"))
    }

    @Test("ends after Ctrl-C and is resumed by the same command")
    func resumed() throws {
      let arguments = exercise("3", "--budget", "5m", "--output", "answer")
      for _ in 0..<2 {
        let process = try NinProcess(arguments, in: folder)
        try process.wait(forOutput: "global average pooling, seed 0: ")
        process.send(SIGINT)
        let run = try process.finish()
        #expect(run.exitCode == 130 && !run.wasKilled)
        #expect(run.output.contains("stopped; resume with: ") && run.output.contains("exercise"))
      }
      #expect(folder.has("answer/plan.json") && folder.has("answer/runs/average-0/result.json"))
      #expect(!folder.has("answer/answer.txt"))
      expectFailure(
        try nin(exercise("2", "--output", "answer"), in: folder), naming: "was planned for exercise 3")
    }
  }
}
