import Reporting

/// The results of an exercise's runs.
package struct ExerciseAnswer: Sendable {
  /// A variant with its runs.
  package struct Variant: Sendable {
    /// The variant.
    package let variant: ExerciseVariant
    /// Its runs, one per seed.
    package let runs: [RunOutcome]
    /// Its differences from the first variant, by measures; empty for the first one.
    package let comparisons: [ExerciseMeasure: PairedComparison]
    /// Its speed of training compared with the first variant's; nil for the first one.
    package let speed: SpeedComparison?

    /// The values of a measure, one per seed.
    package func values(_ measure: ExerciseMeasure) -> [Double] { runs.compactMap { $0[measure] } }

    /// The mean of a measure over the seeds; nil if it was not measured.
    package func mean(_ measure: ExerciseMeasure) -> Double? {
      let values = values(measure)
      return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    /// Training images per second, over all runs.
    package var imagesPerSecond: Double {
      runs.reduce(0) { $0 + $1.imagesPerSecond } / Double(max(runs.count, 1))
    }
  }

  /// The exercise.
  package let exercise: Exercise
  /// The plan.
  package let plan: ExercisePlan
  /// The variants; the others are compared with the first.
  package let variants: [Variant]
  /// The number of seeds that each variant was trained with.
  package let seeds: Int
  private let available: Int

  /// The confidence of each interval.
  package static let confidence = 0.95

  /// Compares the variants.
  ///
  /// - Parameters:
  ///   - exercise: The exercise.
  ///   - plan: The plan.
  ///   - outcomes: The completed runs, the same number for each variant.
  ///   - available: The number of training images in the data, which limits what a larger budget can add.
  package init(_ exercise: Exercise, _ plan: ExercisePlan, outcomes: [RunOutcome], available: Int) {
    self.exercise = exercise
    self.plan = plan
    self.available = available
    let runs = exercise.variants.map { variant in outcomes.filter { $0.variant == variant.identifier } }
    seeds = runs.map(\.count).min() ?? 0
    variants = zip(exercise.variants, runs).enumerated().map { index, pair in
      guard index > 0 else { return Variant(variant: pair.0, runs: pair.1, comparisons: [:], speed: nil) }
      var comparisons: [ExerciseMeasure: PairedComparison] = [:]
      for measure in exercise.measures {
        comparisons[measure] = Self.comparison(of: pair.1, with: runs[0], measure, plan)
      }
      return Variant(
        variant: pair.0, runs: pair.1, comparisons: comparisons,
        speed: SpeedComparison(pair.1, runs[0], confidence: Self.confidence))
    }
  }

  /// Compares the runs that have the measure, pair by pair.
  private static func comparison(
    of runs: [RunOutcome], with base: [RunOutcome], _ measure: ExerciseMeasure, _ plan: ExercisePlan
  ) -> PairedComparison? {
    let pairs = zip(runs, base).filter { $0[measure] != nil && $1[measure] != nil }
    return PairedComparison(
      pairs.compactMap { $0.0[measure] }, pairs.compactMap { $0.1[measure] }, confidence: confidence,
      resolution: measure.resolution(testImages: plan.testImages))
  }

  /// The smallest budget that would show a difference with the probability ``PairedComparison/power``, if the
  /// difference and its spread stay the same.
  ///
  /// - Parameter comparison: The difference.
  /// - Returns: Seeds and seconds; nil if no budget that can be given suffices.
  package func needed(for comparison: PairedComparison) -> (seeds: Int, budget: Double)? {
    let largest = plan.maximumSeeds(available: available)
    return comparison.seedsNeeded(limit: largest).flatMap(budget)
  }

  /// The largest budget that can be given, where none suffices for a difference.
  ///
  /// - Returns: Seeds and seconds; nil if it has no more seeds than the answer.
  package var largest: (seeds: Int, budget: Double)? {
    let largest = plan.maximumSeeds(available: available)
    return largest > seeds ? budget(largest) : nil
  }

  private func budget(_ seeds: Int) -> (seeds: Int, budget: Double)? {
    plan.budget(forSeeds: seeds, available: available).map { (seeds, max($0, plan.budget)) }
  }
}

extension ExerciseMeasure {
  /// The smallest difference that a value can show.
  func resolution(testImages: Int) -> Double {
    switch self {
    case .accuracy, .shiftedAccuracy: 1 / Double(max(testImages, 1))
    case .deadChannels, .deadClasses: 0.01
    case .loss, .trainingLoss, .firstGradient: 0
    }
  }
}
