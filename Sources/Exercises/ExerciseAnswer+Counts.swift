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
