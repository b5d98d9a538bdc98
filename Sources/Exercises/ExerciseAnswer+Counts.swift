import Reporting
import Tensors

/// The number of runs of a variant that have a property, compared with that of the first variant.
package struct CountComparison: Sendable, Equatable {
  /// The variant's runs that have it.
  package let own: Int
  /// The first variant's.
  package let base: Int
  /// The probability, by the ``SignTest``, of so uneven numbers of seeds for which only one of the two has it, if both
  /// variants have it equally often.
  package let probability: Double

  /// Compares the runs of each seed.
  ///
  /// - Parameter pairs: Whether the variant's run and the first variant's have the property, a pair per seed.
  init(_ pairs: [(Bool, Bool)]) {
    own = pairs.count { $0.0 }
    base = pairs.count { $0.1 }
    probability = SignTest.probability(pairs.count { $0.0 && !$0.1 }, pairs.count { $0.1 && !$0.0 })
  }

  /// Which variant has more; nil if that is not distinguishable with the confidence of the intervals.
  package var direction: Direction? {
    guard probability <= 1 - ExerciseAnswer.confidence else { return nil }
    return own > base ? .higher : .lower
  }

  /// The comparison in a sentence.
  ///
  /// - Parameters:
  ///   - runs: The number of runs of each variant.
  ///   - property: What the runs did, in the past tense.
  /// - Returns: The sentence; nil if no run has the property.
  func text(of runs: Int, _ property: String) -> String? {
    guard own + base > 0 else { return nil }
    let verdict = direction.map { $0 == .higher ? "more" : "fewer" } ?? "not distinguishable"
    return
      "\(own) of \(counted(runs, "run")) \(property) against \(base): \(verdict) (sign test, p = "
      + "\(significant(probability)))."
  }
}

/// Runs that failed, wholly or for a class.
extension ExerciseAnswer {
  /// The highest test accuracy of a run that learned nothing: that of guessing plus three standard errors.
  package var failureBound: Double {
    guessing + 3 * (guessing * (1 - guessing) / Double(max(plan.testImages, 1))).squareRoot()
  }

  /// Compares how many runs learned nothing: their networks classify no better than guessing.
  package func failures(of variant: Variant) -> CountComparison {
    counts(of: variant) { run in run[.accuracy].map { $0 <= failureBound } ?? false }
  }

  /// Compares how many runs ended with dead classes; nil if the exercise does not measure them.
  package func deadClasses(of variant: Variant) -> CountComparison? {
    guard exercise.measures.contains(.deadClasses) else { return nil }
    return counts(of: variant) { run in run[.deadClasses].map { $0 > 0 } ?? false }
  }

  /// The numbers of failed runs, in sentences.
  func countFindings(of variant: Variant) -> [String] {
    let bound = ExerciseMeasure.accuracy.text(failureBound)
    let texts = [
      failures(of: variant).text(
        of: seeds, "learned nothing (test accuracy at most \(bound), no better than guessing)"),
      deadClasses(of: variant)?.text(of: seeds, "ended with dead classes"),
    ]
    return texts.compactMap(\.self).map { "\(variant.variant.name): \($0)" }
  }

  /// The differences in the numbers of failed runs, without numbers.
  func countSummary(of variant: Variant) -> [String] {
    let differences = [
      (failures(of: variant), "runs without learning"), (deadClasses(of: variant), "runs with dead classes"),
    ]
    return differences.compactMap { comparison, name in
      comparison?.direction.map { "\($0 == .higher ? "more" : "fewer") \(name)" }
    }
  }

  private func counts(of variant: Variant, _ hasProperty: (RunOutcome) -> Bool) -> CountComparison {
    CountComparison(
      zip(variant.runs, variants.first?.runs ?? []).map { (hasProperty($0), hasProperty($1)) })
  }
}
