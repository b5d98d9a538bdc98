extension ExerciseAnswer: Encodable {
  private enum CodingKeys: String, CodingKey {
    case exercise, question, plan, seeds, summary, findings, variants
  }

  private struct EncodedVariant: Encodable {
    let variant: String
    let name: String
    let runs: [RunOutcome]
    let failedRuns: Int
    let runsWithDeadClasses: Int?
    let comparisons: [EncodedComparison]
    let speed: EncodedSpeed?

    private enum CodingKeys: String, CodingKey {
      case variant, name, runs, comparisons, speed
      case failedRuns = "failed_runs"
      case runsWithDeadClasses = "runs_with_dead_classes"
    }
  }

  private struct EncodedSpeed: Encodable {
    let ratio: Double
    let lower: Double
    let upper: Double
    let isDifferent: Bool

    private enum CodingKeys: String, CodingKey {
      case ratio, lower, upper
      case isDifferent = "is_different"
    }
  }

  private struct EncodedMedian: Encodable {
    let value: Double
    let lower: Double
    let upper: Double
    let isDifferent: Bool

    private enum CodingKeys: String, CodingKey {
      case value, lower, upper
      case isDifferent = "is_different"
    }
  }

  private struct EncodedComparison: Encodable {
    let measure: String
    let difference: Double
    let lower: Double
    let upper: Double
    let confidence: Double
    let isDifferent: Bool
    let seedsNeeded: Int?
    let budgetNeeded: Double?
    let median: EncodedMedian?

    private enum CodingKeys: String, CodingKey {
      case measure, difference, lower, upper, confidence, median
      case isDifferent = "is_different"
      case seedsNeeded = "seeds_needed"
      case budgetNeeded = "budget_needed_seconds"
    }
  }

  /// Writes the plan, the runs and the results.
  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(exercise.number, forKey: .exercise)
    try values.encode(exercise.question, forKey: .question)
    try values.encode(plan, forKey: .plan)
    try values.encode(seeds, forKey: .seeds)
    try values.encode(summary, forKey: .summary)
    try values.encode(findings, forKey: .findings)
    try values.encode(variants.map(encoded), forKey: .variants)
  }

  private func encoded(_ variant: Variant) -> EncodedVariant {
    let comparisons = exercise.measures.compactMap { measure in
      variant.comparisons[measure].map { encoded($0, variant.medians[measure], measure) }
    }
    return EncodedVariant(
      variant: variant.variant.identifier, name: variant.variant.name, runs: variant.runs,
      failedRuns: failures(of: variant).own, runsWithDeadClasses: deadClasses(of: variant)?.own,
      comparisons: comparisons,
      speed: variant.speed.map {
        EncodedSpeed(ratio: $0.ratio, lower: $0.lower, upper: $0.upper, isDifferent: $0.isDifferent)
      })
  }

  private func encoded(
    _ comparison: PairedComparison, _ median: MedianDifference?, _ measure: ExerciseMeasure
  ) -> EncodedComparison {
    let needed = comparison.isDifferent ? nil : needed(for: comparison)
    return EncodedComparison(
      measure: measure.rawValue, difference: comparison.mean, lower: comparison.lower,
      upper: comparison.upper, confidence: comparison.confidence, isDifferent: comparison.isDifferent,
      seedsNeeded: needed?.seeds, budgetNeeded: needed?.budget,
      median: median.map {
        EncodedMedian(
          value: $0.value, lower: $0.lower, upper: $0.upper, isDifferent: $0.direction != nil)
      })
  }
}
