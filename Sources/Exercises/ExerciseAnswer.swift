import Reporting

/// What has come out of an exercise's runs.
public struct ExerciseAnswer: Sendable {
  /// A variant with its runs.
  public struct Variant: Sendable {
    /// The variant.
    public let variant: ExerciseVariant
    /// Its runs, a seed each.
    public let runs: [RunOutcome]
    /// How it differs from the first variant, by measures; empty for the first one.
    public let comparisons: [ExerciseMeasure: PairedComparison]

    /// The values of a measure, a seed each.
    public func values(_ measure: ExerciseMeasure) -> [Double] { runs.compactMap { $0[measure] } }

    /// The mean of a measure over the seeds; nil if it was not measured.
    public func mean(_ measure: ExerciseMeasure) -> Double? {
      let values = values(measure)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// Training images a second, over all runs.
    public var imagesPerSecond: Double {
      runs.reduce(0) { $0 + $1.imagesPerSecond } / Double(max(runs.count, 1))
    }
  }

  /// The exercise.
  public let exercise: Exercise
  /// What was planned.
  public let plan: ExercisePlan
  /// The variants; the others are compared with the first.
  public let variants: [Variant]
  /// How many seeds each variant was trained with.
  public let seeds: Int
  private let available: Int

  /// The confidence of all intervals, each by itself.
  public static let confidence = 0.95

  /// Compares the variants.
  ///
  /// - Parameters:
  ///   - exercise: The exercise.
  ///   - plan: What was planned.
  ///   - outcomes: The finished runs, as many of each variant.
  ///   - available: How many training images the data have, by which it is known what a larger budget would bring.
  public init(_ exercise: Exercise, _ plan: ExercisePlan, outcomes: [RunOutcome], available: Int) {
    self.exercise = exercise
    self.plan = plan
    self.available = available
    let runs = exercise.variants.map { variant in outcomes.filter { $0.variant == variant.identifier } }
    seeds = runs.map(\.count).min() ?? 0
    variants = zip(exercise.variants, runs).enumerated().map { index, pair in
      var comparisons: [ExerciseMeasure: PairedComparison] = [:]
      for measure in exercise.measures where index > 0 {
        comparisons[measure] = PairedComparison(
          pair.1.compactMap { $0[measure] }, runs[0].compactMap { $0[measure] },
          confidence: Self.confidence,
          resolution: measure.resolution(testImages: plan.testImages))
      }
      return Variant(variant: pair.0, runs: pair.1, comparisons: comparisons)
    }
  }

  /// The least budget with which a difference could be told apart from chance, if it and its spread stay what they are.
  ///
  /// - Parameter comparison: The difference.
  /// - Returns: Seeds and seconds; nil if no budget that can be planned buys so many.
  public func needed(for comparison: PairedComparison) -> (seeds: Int, budget: Double)? {
    guard let seeds = comparison.seedsNeeded(limit: 1000) else { return nil }
    // A spread of so few seeds may be larger than it seems.
    let more = max(seeds, self.seeds + 1)
    return plan.budget(forSeeds: more, available: available).map { (more, max($0, plan.budget)) }
  }
}

extension ExerciseMeasure {
  /// The least difference that a value can show.
  func resolution(testImages: Int) -> Double {
    switch self {
    case .accuracy, .shiftedAccuracy: 1 / Double(max(testImages, 1))
    case .deadChannels, .deadClasses: 0.01
    case .loss, .firstGradient: 0
    }
  }
}
