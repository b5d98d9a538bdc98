import Reporting
import Tensors

/// Runs that learned nothing: their networks classify no better than guessing.
extension ExerciseAnswer {
  /// How often the runs of a variant and of the first one fail.
  package struct Failures: Sendable, Equatable {
    /// The failed runs of the variant.
    package let own: Int
    /// The failed runs of the first variant.
    package let base: Int
    /// The probability, by the ``SignTest``, of so uneven numbers of seeds for which only one of the two fails, if both
    /// variants fail equally often.
    package let probability: Double

    /// Creates a comparison.
    ///
    /// - Parameters:
    ///   - own: The failed runs of the variant.
    ///   - base: The failed runs of the first variant.
    ///   - onlyOwn: The seeds for which only the variant's run failed.
    ///   - onlyBase: The seeds for which only the first variant's run failed.
    init(own: Int, base: Int, onlyOwn: Int, onlyBase: Int) {
      self.own = own
      self.base = base
      probability = SignTest.probability(onlyOwn, onlyBase)
    }

    /// Which variant fails more often; nil if that is not distinguishable with the confidence of the intervals.
    package var direction: Direction? {
      guard probability <= 1 - ExerciseAnswer.confidence else { return nil }
      return own > base ? .higher : .lower
    }
  }

  /// The highest test accuracy of a failed run: that of guessing plus three standard errors.
  package var failureBound: Double {
    guessing + 3 * (guessing * (1 - guessing) / Double(max(plan.testImages, 1))).squareRoot()
  }

  /// Compares how often a variant's runs and those of the first variant fail.
  package func failures(of variant: Variant) -> Failures {
    func hasFailed(_ run: RunOutcome) -> Bool { run[.accuracy].map { $0 <= failureBound } ?? false }
    let pairs = zip(variant.runs, variants.first?.runs ?? []).map { (hasFailed($0), hasFailed($1)) }
    return Failures(
      own: pairs.count { $0.0 }, base: pairs.count { $0.1 },
      onlyOwn: pairs.count { $0.0 && !$0.1 }, onlyBase: pairs.count { $0.1 && !$0.0 })
  }

  /// The numbers of failed runs in a sentence; nil if none failed.
  func failureFinding(of variant: Variant) -> String? {
    let failures = failures(of: variant)
    guard failures.own + failures.base > 0 else { return nil }
    let verdict = failures.direction.map { $0 == .higher ? "more" : "fewer" } ?? "not distinguishable"
    return
      "\(variant.variant.name): \(failures.own) of \(counted(seeds, "run")) learned nothing (test accuracy at most "
      + "\(ExerciseMeasure.accuracy.text(failureBound)), no better than guessing) against \(failures.base): \(verdict) (sign test, "
      + "p = \(significant(failures.probability)))."
  }
}
