import Layers
import TestSupport
import Testing

@testable import Exercises

@Suite("The exercise on resources")
struct ResourceTests {
  @Test("chooses batches and repetitions within the budget", arguments: [1.0, 3, 10, 60, 300, 3600])
  func plan(budget: Double) throws {
    let seconds = 0.1
    let plan = try ResourcePlan(exercise: 4, budget: budget, backend: "dnnl", secondsPerImage: seconds)
    #expect(Double(plan.batch * (plan.repetitions + 1)) * seconds <= budget)
    #expect(plan.repetitions >= 2 && 1...32 ~= plan.batch)
  }

  @Test("rejects a budget that is too small in one line")
  func tooSmall() throws {
    let error = #expect(throws: ExerciseError.self) {
      try ResourcePlan(exercise: 4, budget: 1, backend: "dnnl", secondsPerImage: 10)
    }
    #expect(error?.description.contains("--budget 1s is too short") == true)
    #expect(error?.description.contains("--budget 60s should be enough") == true)
  }

  @Test("measures networks, stops when requested, and is not repeated")
  func measured() throws {
    let temporary = try TemporaryFolder()
    let folder = ExerciseFolder(temporary.path("answer"))
    let exercise = Exercise.all[3]
    let backend = try TestedBackends.make(TestedBackends.fastest, threads: 1)
    func runner() -> ResourceRunner {
      ResourceRunner(exercise, models: [.lenet, .ninSmall], folder: folder, budget: 60, backend: backend)
    }
    var asked = 0
    let stopped = try runner().run {
      asked += 1
      return asked > 8
    }
    #expect(stopped == nil)
    #expect(temporary.has("answer/runs/lenet/result.json"))
    #expect(!temporary.has("answer/runs/nin-small/result.json"))
    let answer = try #require(try runner().run())
    #expect(answer.costs.map(\.network) == ["lenet", "nin-small"])
    #expect(answer.costs[0].parameters == 61_706)
    #expect(answer.costs.allSatisfy { $0.trainingMemory > $0.predictionMemory })
    #expect(try runner().run()?.text == answer.text)
    for name in ["answer.json", "answer.txt", "table.csv"] { #expect(temporary.has("answer/\(name)")) }
    for name in ["curves.svg", "report.html"] {
      let parsed = ParsedMarkup(String(decoding: try temporary.read("answer/\(name)"), as: UTF8.self))
      #expect(parsed.problem == nil)
      // Six resources of two networks, and the legend; the page has a wide and a narrow picture.
      let pictures = name == "curves.svg" ? 1 : 2
      #expect(parsed.elements.count { $0.name == "circle" } == pictures * (6 * 2 + 2))
    }
  }
}
