import Tensors

/// The result of one check of one backend.
public struct CheckReport: Sendable, CustomStringConvertible {
  /// The number of elements compared, for one kind of tensor.
  public struct Share: Sendable {
    /// Elements compared.
    public internal(set) var compared = 0
    /// Elements that should have been zero.
    public internal(set) var zeros = 0
  }

  /// The check.
  public let check: Conformance.Check
  /// The number of cases run.
  public private(set) var cases = 0
  /// The reasons for skipping cases, as declared by the backend, with the number of cases.
  public private(set) var skipped: [(reason: String, cases: Int)] = []
  /// The number of cases that failed; a check stops after a limit.
  public private(set) var failingCases = 0
  /// The failures; cases that shrink to the same case occur once.
  public private(set) var failures: [ConformanceFailure] = []
  /// The number of elements compared, by kind: `convolution, input gradient`.
  public private(set) var shares: [String: Share] = [:]

  init(_ check: Conformance.Check) {
    self.check = check
  }

  /// The number of elements compared.
  public var compared: Int { shares.values.reduce(0) { $0 + $1.compared } }

  /// Whether something was compared or visibly skipped, and nothing failed.
  public var passed: Bool { failures.isEmpty && (compared > 0 || !skipped.isEmpty) }

  /// The check in one line, then a line for each failure and each reason to skip.
  public var description: String {
    let verdict = failures.isEmpty ? (compared > 0 ? "passed" : "skipped") : "FAILED in \(failingCases)"
    let line = "\(check.title): \(verdict), \(cases) cases, \(compared) elements compared"
    let skips = skipped.map { "  skipped \($0.cases) cases: \($0.reason)" }
    return ([line] + failures.map { "  \($0)" } + skips).joined(separator: "\n")
  }

  mutating func countCase() { cases += 1 }

  mutating func fail(_ subject: String, _ reason: String, _ difference: ConformanceDifference? = nil) {
    fail([ConformanceFailure(subject: subject, reason: reason, difference: difference)])
  }

  /// Notes the failures of one case.
  mutating func fail(_ failures: [ConformanceFailure]) {
    failingCases += failures.isEmpty ? 0 : 1
    for failure in failures where !self.failures.contains(where: { $0.description == failure.description }) {
      self.failures.append(failure)
    }
  }

  mutating func skip(_ reason: String, cases: Int = 1) {
    if let index = skipped.firstIndex(where: { $0.reason == reason }) {
      skipped[index].cases += cases
    } else {
      skipped.append((reason, cases))
    }
  }

  mutating func count(_ expected: [Double], of kind: String) {
    shares[kind, default: Share()].compared += expected.count
    shares[kind, default: Share()].zeros += expected.count { $0 == 0 }
  }

  /// Adds what another report counted, without its failures.
  mutating func addCounts(of other: CheckReport) {
    cases += other.cases
    for (reason, cases) in other.skipped { skip(reason, cases: cases) }
    for (kind, share) in other.shares {
      shares[kind, default: Share()].compared += share.compared
      shares[kind, default: Share()].zeros += share.zeros
    }
  }
}

/// A failure of a backend.
public struct ConformanceFailure: Sendable, CustomStringConvertible {
  /// The case: backend, seed, operation, and tensor.
  public let subject: String
  /// The problem.
  public let reason: String
  /// The worst element, if numbers were compared.
  public let difference: ConformanceDifference?

  /// The same failure with more about its case.
  func prefixed(_ circumstance: String) -> ConformanceFailure {
    ConformanceFailure(subject: circumstance + subject, reason: reason, difference: difference)
  }

  /// The case and what is wrong, in one line.
  public var description: String { "\(subject): \(reason)" }
}
