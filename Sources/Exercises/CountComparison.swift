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
