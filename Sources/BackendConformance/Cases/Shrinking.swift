extension Conformance {
  /// Runs a check on a trial; if it fails, searches for the smallest trial that fails, and reports that one.
  ///
  /// - Parameters:
  ///   - trial: The trial.
  ///   - report: The report; nothing is run once it has reached its limit of failures.
  ///   - check: The check; it notes failures in the report that it is given.
  func examine(
    _ trial: Trial, _ report: inout CheckReport, _ check: (Trial, inout CheckReport) throws -> Void
  ) {
    guard report.failingCases < size.failures else { return }
    func attempt(_ trial: Trial) -> CheckReport {
      var attempt = CheckReport(report.check)
      do { try check(trial, &attempt) } catch { attempt.fail(subject(trial), "\(error)") }
      return attempt
    }
    let first = attempt(trial)
    report.addCounts(of: first)
    guard !first.failures.isEmpty else { return }
    let smallest = shrink(trial, first.failures) { attempt($0).failures }
    report.fail(Array(smallest.prefix(1)))
  }

  /// The failures of the smallest trial that fails: greedily, one number at a time, within a fixed effort.
  private func shrink(
    _ trial: Trial, _ failures: [ConformanceFailure], _ attempt: (Trial) -> [ConformanceFailure]
  ) -> [ConformanceFailure] {
    var (smallest, smallestFailures) = (trial, failures)
    var attemptsLeft = 400
    var isSmaller = true
    while isSmaller {
      isSmaller = false
      for candidate in smallest.smaller where attemptsLeft > 0 {
        attemptsLeft -= 1
        let failures = attempt(candidate)
        guard !failures.isEmpty else { continue }
        (smallest, smallestFailures, isSmaller) = (candidate, failures, true)
        break
      }
    }
    return smallestFailures
  }
}
