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
    /// Its median differences from the first variant, by measures; empty for the first one, and with few seeds.
    package let medians: [ExerciseMeasure: MedianDifference]
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
  /// The share of the test images in their most common class: the accuracy of always answering it.
  package let guessing: Double
  private let available: Int

  /// The confidence of each interval.
  package static let confidence = 0.95

  /// Compares the variants.
  ///
  /// - Parameters:
  ///   - exercise: The exercise.
  ///   - plan: The plan.
  ///   - outcomes: The completed runs, the same number for each variant.
  ///   - guessing: The share of the test images in their most common class.
  ///   - available: The number of training images in the data, which limits what a larger budget can add.
  package init(
    _ exercise: Exercise, _ plan: ExercisePlan, outcomes: [RunOutcome], guessing: Double, available: Int
  ) {
    self.exercise = exercise
    self.plan = plan
    self.guessing = guessing
    self.available = available
    let runs = exercise.variants.map { variant in outcomes.filter { $0.variant == variant.identifier } }
    seeds = runs.map(\.count).min() ?? 0
    variants = zip(exercise.variants, runs).enumerated().map { index, pair in
      let (variant, own) = pair
      guard index > 0 else {
        return Variant(variant: variant, runs: own, comparisons: [:], medians: [:], speed: nil)
      }
      var comparisons: [ExerciseMeasure: PairedComparison] = [:]
      var medians: [ExerciseMeasure: MedianDifference] = [:]
      for measure in exercise.measures {
        // The runs that have the measure, pair by pair.
        let pairs = zip(own, runs[0]).filter { $0[measure] != nil && $1[measure] != nil }
        let (values, base) = (pairs.compactMap { $0.0[measure] }, pairs.compactMap { $0.1[measure] })
        comparisons[measure] = PairedComparison(
          values, base, confidence: Self.confidence,
          resolution: measure.resolution(testImages: plan.testImages))
        medians[measure] = MedianDifference(values, base, confidence: Self.confidence)
      }
      return Variant(
        variant: variant, runs: own, comparisons: comparisons, medians: medians,
        speed: SpeedComparison(own, runs[0], confidence: Self.confidence))
    }
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
    let planned = plan.budget(forSeeds: seeds, available: available)
    return planned.map { (seeds, min(max($0 * slowdown, plan.budget), ExercisePlan.maximumBudget)) }
  }

  /// The factor by which the runs took longer than planned, at least 1.
  private var slowdown: Double {
    let seconds = variants.reduce(0) { $0 + $1.runs.reduce(0) { $0 + $1.seconds } }
    return max(seconds / max(Double(seeds) * plan.secondsPerSeed, .leastNormalMagnitude), 1)
  }

  /// The number of training images in each run of a plan with more seeds than this one.
  package func trainingImages(forSeeds seeds: Int) -> Int {
    plan.trainingImages(forSeeds: seeds, available: available)
  }
}

extension ExerciseMeasure {
  /// The smallest difference that a value can show.
  func resolution(testImages: Int) -> Double {
    switch self {
    case .accuracy, .shiftedAccuracy, .lostByShifts: 1 / Double(max(testImages, 1))
    case .deadChannels, .deadClasses: 0.01
    case .loss, .trainingLoss, .firstGradient: 0
    }
  }
}
