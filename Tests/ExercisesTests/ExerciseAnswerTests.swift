import Exercises
import Testing

@Suite("The answer of an exercise")
struct ExerciseAnswerTests {
  private static let costs = [
    VariantCost(variant: "average", trainingImage: 1e-4, testImage: 3e-5, start: 0.1),
    VariantCost(variant: "dense", trainingImage: 1e-4, testImage: 3e-5, start: 0.1),
  ]

  private func answer(_ averages: [Double], _ dense: [Double]) throws -> ExerciseAnswer {
    let plan = try ExercisePlan(
      ExercisePlan.Request(
        exercise: 3, budget: 300, size: .small, backend: "dnnl", trainingImages: 60_000, testImages: 10_000),
      costs: Self.costs)
    let outcomes = [("average", averages), ("dense", dense)].flatMap { variant, values in
      values.enumerated().map { seed, value in
        RunOutcome(
          variant: variant, seed: seed, parameters: variant == "dense" ? 150 : 100, multiplyAccumulates: 1000,
          accuracies: [0.5, 0.6, 0.7, value], values: ["accuracy": value], seconds: 1, imagesPerSecond: 500)
      }
    }
    return ExerciseAnswer(Exercise.all[2], plan, outcomes: outcomes, available: 60_000)
  }

  @Test("says which is higher, with the interval, where the seeds agree")
  func different() throws {
    let answer = try answer([0.80, 0.82, 0.81], [0.75, 0.771, 0.759])
    let finding = try #require(answer.findings.first { $0.contains("test accuracy") })
    #expect(finding.hasPrefix("dense head: test accuracy 76.0 % against 81.0 %, -5.0 points ("))
    #expect(finding.hasSuffix(": lower."))
    #expect(answer.findings[0].contains("1.50 times the parameters"))
  }

  @Test("says that they are not distinguishable, and names a budget, if the interval includes 0")
  func undecided() throws {
    let answer = try answer([0.80, 0.82, 0.81], [0.81, 0.81, 0.82])
    let comparison = try #require(answer.variants[1].comparisons[.accuracy])
    #expect(!comparison.isDifferent)
    let needed = try #require(answer.needed(for: comparison))
    #expect(needed.seeds > 3 && needed.budget >= 300)
    let finding = try #require(answer.findings.first { $0.contains("test accuracy") })
    #expect(finding.contains("not distinguishable at this budget. About \(needed.seeds) seeds could show it"))
    #expect(finding.contains("--budget \(ExercisePlan.text(needed.budget)) --size small"))
  }

  @Test("says that no budget will do where there is no difference")
  func none() throws {
    let answer = try answer([0.80, 0.82, 0.81], [0.81, 0.81, 0.81])
    let finding = try #require(answer.findings.first { $0.contains("test accuracy") })
    #expect(finding.contains("too small compared with its spread"))
  }

  @Test("says its size, and that the book's may differ")
  func scope() throws {
    let answer = try answer([0.8, 0.8], [0.8, 0.8])
    #expect(answer.scope.contains("Size 'small': 0.25 times the book's channels, images of 99×99"))
    #expect(answer.scope.contains("At the book's size, 224×224, the answer may differ."))
    #expect(answer.scope.contains("1,252 steps, 2 seeds (of 28 planned"))
    #expect(answer.scope.contains("favors networks that begin to learn early"))
    #expect(answer.method.contains("95 %"))
    #expect(answer.text.contains(Exercise.all[2].question))
  }
}
