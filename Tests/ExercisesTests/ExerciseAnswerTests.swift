import Exercises
import Testing

@Suite("The answer of an exercise")
struct ExerciseAnswerTests {
  /// The answer of exercise 3 with these accuracies, and the dense head's network half as large again.
  private func answer(
    _ averages: [Double], _ dense: [Double], speeds: ([Double], [Double])? = nil
  ) throws -> ExerciseAnswer {
    let same = Array(repeating: 500.0, count: averages.count)
    let runs = [("average", averages, speeds?.0 ?? same), ("dense", dense, speeds?.1 ?? same)]
    return try answer(
      3,
      runs.flatMap { variant, values, speeds in
        values.indices.map { seed in
          Self.outcome(
            variant, seed, ["accuracy": values[seed]], parameters: variant == "dense" ? 150 : 100,
            imagesPerSecond: speeds[seed])
        }
      })
  }

  private func answer(_ number: Int, _ outcomes: [RunOutcome]) throws -> ExerciseAnswer {
    let exercise = Exercise.all[number - 1]
    let plan = try ExercisePlan(
      ExercisePlan.Request(
        exercise: number, budget: 300, size: .small, backend: "dnnl", trainingImages: 60_000,
        testImages: 10_000),
      costs: exercise.variants.map {
        VariantCost(variant: $0.identifier, trainingImage: 1e-4, testImage: 3e-5, start: 0.1)
      })
    return ExerciseAnswer(exercise, plan, outcomes: outcomes, guessing: 0.1, available: 60_000)
  }

  private static func outcome(
    _ variant: String, _ seed: Int, _ values: [String: Double], parameters: Int = 100,
    imagesPerSecond: Double = 500
  ) -> RunOutcome {
    RunOutcome(
      variant: variant, seed: seed, parameters: parameters, multiplyAccumulates: 1000,
      accuracies: [0.5, 0.6, 0.7, values["accuracy"] ?? 0.8], values: values, seconds: 1,
      imagesPerSecond: imagesPerSecond)
  }

  @Test("says which is higher, with the interval, where the seeds agree")
  func different() throws {
    let answer = try answer([0.80, 0.82, 0.81], [0.75, 0.771, 0.759])
    let finding = try #require(answer.findings.first { $0.contains("test accuracy") })
    #expect(finding.hasPrefix("dense head: test accuracy 76.0 % against 81.0 %, -5.0 points ("))
    #expect(finding.hasSuffix(": lower."))
    #expect(answer.findings[0].contains("1.50 times the parameters"))
    #expect(answer.summary == ["dense head against global average pooling: lower test accuracy."])
  }

  @Test("says that they are not distinguishable, and names a budget, if the interval includes 0")
  func undecided() throws {
    let answer = try answer([0.80, 0.82, 0.81], [0.81, 0.81, 0.82])
    let comparison = try #require(answer.variants[1].comparisons[.accuracy])
    #expect(!comparison.isDifferent)
    let needed = try #require(answer.needed(for: comparison))
    #expect(needed.seeds > 3 && needed.budget >= 300)
    let finding = try #require(answer.findings.first { $0.contains("test accuracy") })
    #expect(
      answer.summary
        == ["dense head against global average pooling: not distinguishable at this budget: test accuracy."])
    let option = "--budget \(ExercisePlan.text(needed.budget)) --size small"
    #expect(
      finding.contains(
        "not distinguishable at this budget. \(option), about \(needed.seeds) seeds, would show it"))
  }

  @Test("counts runs that learned nothing, and says what the median is where a few of them decide the mean")
  func failures() throws {
    let averages = [0.80, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86, 0.1, 0.1, 0.105, 0.1]
    let dense = [0.81, 0.80, 0.83, 0.82, 0.85, 0.84, 0.86, 0.84, 0.83, 0.85, 0.82]
    let answer = try answer(averages, dense)
    let variant = answer.variants[1]
    let failures = answer.failures(of: variant)
    #expect(failures.own == 0 && failures.base == 4 && failures.probability == 0.125)
    #expect(answer.findings[1].contains("0 of 11 runs learned nothing"))
    #expect(answer.findings[1].contains("against 4: not distinguishable (sign test, p = 0.125)."))
    #expect(variant.comparisons[.accuracy]?.direction == .higher)
    #expect(variant.medians[.accuracy]?.direction == nil)
    #expect(answer.summary[0].hasSuffix(": higher test accuracy (not in the median)."))
    let more = try self.answer(dense, Array(repeating: 0.1, count: 11))
    #expect(more.summary[0].contains("more runs without learning; lower test accuracy."))
  }

  @Test("counts runs that ended with dead classes")
  func deadClasses() throws {
    let dead = [0.1, 0, 0.2, 0.1, 0, 0.1, 0.9, 0.1]
    let shares = ["direct": dead, "gradual": dead.map { _ in 0 }, "raised": dead]
    let answer = try answer(
      5,
      shares.flatMap { variant, shares in
        shares.enumerated().map { Self.outcome(variant, $0, ["accuracy": 0.8, "dead_classes": $1]) }
      })
    let counts = try answer.variants.map { try #require(answer.deadClasses(of: $0)) }
    #expect(counts.map(\.own) == [6, 0, 6] && counts.map(\.base) == [6, 6, 6])
    #expect(counts[1].probability == 0.03125 && counts[1].direction == .lower)
    #expect(counts[2].probability == 1 && counts[2].direction == nil)
    #expect(answer.findings.contains { $0.contains("0 of 8 runs ended with dead classes against 6: fewer") })
    #expect(answer.summary[0].contains("fewer runs with dead classes"))
    #expect(!answer.summary[1].contains("runs with dead classes"))
  }

  @Test("compares the accuracy that shifts cost, seed by seed")
  func lostByShifts() throws {
    let runs = [("average", [0.80, 0.70, 0.75], 0.10), ("dense", [0.84, 0.80, 0.82], 0.15)]
    let answer = try answer(
      3,
      runs.flatMap { variant, accuracies, lost in
        accuracies.enumerated().map {
          Self.outcome(variant, $0, ["accuracy": $1, "shifted_accuracy": $1 - lost])
        }
      })
    let lost = try #require(answer.variants[1].comparisons[.lostByShifts])
    #expect(abs(lost.mean - 0.05) < 1e-12 && lost.direction == .higher)
    #expect(answer.findings.contains { $0.contains("accuracy lost by shifts 15.0 % against 10.0 %") })
  }

  @Test("says what the largest budget would show if none suffices")
  func none() throws {
    let answer = try answer([0.80, 0.82, 0.81], [0.81, 0.81, 0.81])
    let finding = try #require(answer.findings.first { $0.contains("test accuracy") })
    #expect(finding.contains("No budget at this size is likely to show so small a difference"))
    let largest = try #require(answer.largest)
    #expect(largest.seeds == 200 && largest.budget > answer.plan.budget)
    // The standard deviation of the differences is 1 point; (1.97 + 0.84) / √200 of it is detectable.
    #expect(finding.contains("with 200 seeds, would show 0.2 points with a probability of 80 %"))
  }

  @Test("compares speeds by their ratio, with an interval")
  func speed() throws {
    let faster = try answer(
      [0.8, 0.8, 0.8], [0.8, 0.8, 0.8], speeds: ([500, 250, 1000], [750, 375, 1500]))
    #expect(faster.findings[0].contains("1.50 times (1.46 to 1.54) the images per second in training."))
    let noisy = try answer([0.8, 0.8, 0.8], [0.8, 0.8, 0.8], speeds: ([500, 500, 500], [400, 500, 625]))
    #expect(noisy.findings[0].contains("1.00 times (0.57 to 1.74) the images per second in training, not "))
    #expect(noisy.variants[1].speed?.isDifferent == false)
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
