import Foundation
import MachineLimits
import TestSupport
import Testing
import Training

@testable import Exercises

@Suite("The runs of an exercise")
struct ExerciseRunnerTests {
  private let small: SmallExercise
  private let temporary: TemporaryFolder

  init() throws {
    small = try SmallExercise()
    temporary = try TemporaryFolder()
  }

  private func folder(_ name: String) -> ExerciseFolder { ExerciseFolder(temporary.path(name)) }

  @Test("distinguish half the learning rate from the full one")
  func planted() throws {
    let small = try SmallExercise(measures: [.loss, .trainingLoss])
    let folder = folder("planted")
    try small.write(try small.plan(seeds: 12), to: folder)
    let answer = try #require(try small.runner(in: folder).run())
    #expect(answer.seeds == 12)
    for measure in [ExerciseMeasure.loss, .trainingLoss] {
      let comparison = try #require(answer.variants[1].comparisons[measure])
      #expect(comparison.isDifferent && comparison.mean > 0, "\(measure): \(comparison)")
    }
    #expect(
      answer.findings.contains { $0.hasPrefix("half the rate: test loss") && $0.hasSuffix(": higher.") })
  }

  @Test("that were interrupted repeatedly have the same files as one that was not")
  func resumed() throws {
    let plan = try small.plan(seeds: 2)
    let (whole, broken) = (folder("whole"), folder("broken"))
    for folder in [whole, broken] { try small.write(plan, to: folder) }
    #expect(try small.runner(in: whole).run() != nil)
    var interruptions = 0
    while try runForSevenSteps(in: broken) == nil { interruptions += 1 }
    // Four runs of 20 steps.
    #expect(interruptions >= 8)
    for path in ["runs/full-0", "runs/half-0", "runs/full-1", "runs/half-1"] {
      let name = "\(path)/checkpoint.safetensors"
      #expect(try temporary.read("whole/\(name)") == temporary.read("broken/\(name)"))
      #expect(try outcome(whole, path) == outcome(broken, path))
    }
    for name in ["curves.svg", "plan.json"] {
      #expect(try temporary.read("whole/\(name)") == temporary.read("broken/\(name)"))
    }
    #expect(try temporary.names(in: "whole") == temporary.names(in: "broken"))
  }

  private func runForSevenSteps(in folder: ExerciseFolder) throws -> ExerciseAnswer? {
    var steps = 0
    return try small.runner(in: folder).run {
      steps += 1
      return steps > 7
    }
  }

  /// The outcome of a run, without its times.
  private func outcome(_ folder: ExerciseFolder, _ run: String) throws -> RunOutcome {
    let outcome = try #require(
      folder.readJSON(RunOutcome.self, from: folder.result(in: "\(folder.path)/\(run)")))
    return RunOutcome(
      variant: outcome.variant, seed: outcome.seed, parameters: outcome.parameters,
      multiplyAccumulates: outcome.multiplyAccumulates, accuracies: outcome.accuracies,
      values: outcome.values, seconds: 0, imagesPerSecond: 0)
  }

  @Test("are not repeated once they are finished")
  func finished() throws {
    let folder = folder("finished")
    try small.write(try small.plan(seeds: 2), to: folder)
    let first = try #require(try small.runner(in: folder).run())
    var trained = 0
    let again = try small.runner(in: folder) { event in
      if case .trained = event { trained += 1 }
    }.run()
    #expect(trained == 0)
    #expect(again?.text == first.text)
  }

  @Test("are planned by measured speeds within the budget, and answered in files that can be read")
  func wholeWay() throws {
    let folder = folder("way")
    var events: [ExerciseProgress] = []
    let runner = small.runner(in: folder, budget: 10) { events.append($0) }
    let answer = try #require(try runner.run())
    #expect(answer.seeds >= 2)
    #expect(answer.plan.costs.allSatisfy { $0.trainingImage > 0 && $0.testImage > 0 })
    #expect(events.first == .phase("measuring speeds") && events.contains(.planned(answer.plan)))
    for variant in answer.variants {
      #expect(variant.runs.map(\.seed) == Array(0..<answer.seeds))
      for measure in ExerciseMeasure.allCases { #expect(variant.values(measure).count == answer.seeds) }
      #expect(variant.runs.allSatisfy { $0.accuracies.count == 2 && $0.parameters > 0 })
    }
    let files = ["answer.json", "answer.txt", "curves.svg", "plan.json", "report.html", "runs", "table.csv"]
    #expect(try temporary.names(in: "way").filter { !$0.hasPrefix(".") } == files)
    let rows = String(decoding: try temporary.read("way/table.csv"), as: UTF8.self).split(separator: "\n")
    #expect(rows.count == 1 + 2 * ExerciseMeasure.allCases.count)
    #expect(rows.allSatisfy { $0.count { $0 == "," } == 14 })
    let json = try JSONSerialization.jsonObject(with: temporary.read("way/answer.json")) as? [String: Any]
    #expect(json?["exercise"] as? Int == 1 && (json?["variants"] as? [Any])?.count == 2)
    for name in ["way/curves.svg", "way/report.html"] {
      #expect(ParsedMarkup(String(decoding: try temporary.read(name), as: UTF8.self)).problem == nil)
    }
  }

  @Test("stop with the seeds that they have if the machine has become slower")
  func slower() throws {
    let folder = folder("slower")
    try small.write(try small.plan(seeds: 6), to: folder)
    #expect(try small.runner(in: folder).run()?.seeds == 6)
    for seed in 3..<6 {
      for variant in ["full", "half"] {
        try FileManager.default.removeItem(atPath: folder.run(variant, seed: seed))
      }
    }
    // As if each had taken half an hour.
    for seed in 0..<3 {
      for variant in ["full", "half"] {
        let path = folder.result(in: folder.run(variant, seed: seed))
        let outcome = try #require(folder.readJSON(RunOutcome.self, from: path))
        let slow = RunOutcome(
          variant: outcome.variant, seed: outcome.seed, parameters: outcome.parameters,
          multiplyAccumulates: outcome.multiplyAccumulates, accuracies: outcome.accuracies,
          values: outcome.values, seconds: 1800, imagesPerSecond: outcome.imagesPerSecond)
        try folder.writeJSON(slow, to: path)
      }
    }
    // The third seed's runs are there and count; a fourth would be too much.
    let answer = try #require(try small.runner(in: folder).run())
    #expect(answer.seeds == 3)
    #expect(answer.scope.contains("3 seeds (of 6 planned"))
  }

  @Test("are rejected in one line if they cannot succeed")
  func errors() throws {
    let folder = folder("errors")
    try small.write(try small.plan(seeds: 2), to: folder)
    func message(_ runner: ExerciseRunner) -> String {
      let error = #expect(throws: ExerciseError.self) { try runner.run() }
      return error?.description ?? ""
    }
    #expect(message(small.runner(in: folder, budget: 60)).contains("was planned with --budget 1h, not 1m"))
    #expect(message(small.runner(in: folder, size: .small)).contains("--size tiny, not small"))
    var setting = ExerciseRunner.Setting(
      budget: 3600, training: small.training, test: small.test, backend: small.backend)
    setting.size = SmallExercise.size
    let controlled = ExerciseRunner(
      small.exercise.withControl(learningRateFactor: 0.25), folder: folder, setting: setting)
    #expect(message(controlled).contains("a different --control"))
    let other = try SmallExercise.images(90).selecting(Array(5..<85))
    #expect(message(small.runner(in: folder, training: other)).contains("differ from those"))
    let one = small.training.prefix(1)
    #expect(message(small.runner(in: folder, training: one)).contains("1 training image;"))
    #expect(message(small.runner(in: self.folder("short"), budget: 0.01)).contains("is too short"))
    #expect(!temporary.has("short"))
    let foreign = self.folder("other")
    try foreign.create(foreign.path)
    try temporary.write(Data("mine".utf8), to: "other/report.html")
    #expect(
      message(small.runner(in: foreign)).contains(
        "not the folder of an exercise, but has report.html"))
    #expect(try temporary.read("other/report.html") == Data("mine".utf8))
    try temporary.write(Data("{}".utf8), to: "errors/plan.json")
    #expect(message(small.runner(in: folder)).contains("is not the plan of an exercise"))
  }

  @Test("whose budget is hopeless by the machine's peaks are rejected before anything is run")
  func predicted() throws {
    var setting = ExerciseRunner.Setting(
      budget: 60, size: SmallExercise.size, training: small.training, test: small.test,
      backend: small.backend)
    setting.ceilings = {
      Ceilings(threads: 1, float32: 1e3, bfloat16: nil, readBandwidth: 1e3, triadBandwidth: 1e3)
    }
    let runner = ExerciseRunner(small.exercise, folder: folder("peaks"), setting: setting)
    var asked = 0
    let error = #expect(throws: ExerciseError.self) {
      try runner.run {
        asked += 1
        return false
      }
    }
    #expect(error?.description.contains("is too short") == true && asked == 0)
  }
}
