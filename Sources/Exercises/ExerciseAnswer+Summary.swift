extension ExerciseAnswer {
  /// The outcome: a sentence per variant with all measures, without numbers.
  package var summary: [String] {
    guard let base = variants.first?.variant.name else { return [] }
    return variants.dropFirst().map { "\($0.variant.name) against \(base): \(outcome(of: $0))." }
  }

  private func outcome(of variant: Variant) -> String {
    let parts = [
      ("higher ", titles(of: variant) { $0.isDifferent && $0.mean > 0 }),
      ("lower ", titles(of: variant) { $0.isDifferent && $0.mean < 0 }),
      ("not distinguishable at this budget: ", titles(of: variant) { !$0.isDifferent }),
    ]
    return parts.filter { !$0.1.isEmpty }.map { $0.0 + $0.1.joined(separator: ", ") }.joined(separator: "; ")
  }

  /// The titles of the measures whose comparisons meet a condition.
  private func titles(of variant: Variant, where isIncluded: (PairedComparison) -> Bool) -> [String] {
    exercise.measures.filter { variant.comparisons[$0].map(isIncluded) ?? false }.map(\.title)
  }
}
