extension ExerciseAnswer {
  /// The outcome: a sentence per variant with all measures, without numbers.
  package var summary: [String] {
    guard let base = variants.first?.variant.name else { return [] }
    return variants.dropFirst().map { "\($0.variant.name) against \(base): \(outcome(of: $0))." }
  }

  private func outcome(of variant: Variant) -> String {
    let parts = [
      ("higher ", titles(of: variant, .higher)),
      ("lower ", titles(of: variant, .lower)),
      ("not distinguishable at this budget: ", titles(of: variant, nil)),
    ]
    let measures = parts.filter { !$0.1.isEmpty }.map { $0.0 + $0.1.joined(separator: ", ") }
    return (countSummary(of: variant) + measures).joined(separator: "; ")
  }

  /// The titles of the measures that differ in a direction, or do not if it is nil; the median's is given if it is
  /// another.
  private func titles(of variant: Variant, _ direction: Direction?) -> [String] {
    exercise.measures.compactMap { measure in
      guard let mean = variant.comparisons[measure], mean.direction == direction else { return nil }
      guard let median = variant.medians[measure], median.direction != direction else { return measure.title }
      return
        "\(measure.title) (\(median.direction.map { "\($0.rawValue) in the median" } ?? "not in the median"))"
    }
  }
}
