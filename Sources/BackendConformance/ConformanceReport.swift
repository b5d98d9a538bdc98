/// What the checks of one backend found.
public struct ConformanceReport: Sendable, CustomStringConvertible {
  /// Which check failed on what, and how, a line each.
  public private(set) var failures: [String] = []
  /// What was left out since the backend declares that it cannot do it, a line each.
  public private(set) var skipped: [String] = []
  /// How many elements were compared.
  public private(set) var compared = 0
  /// How many of them should have been zero.
  public private(set) var zeros = 0

  /// Makes the report of nothing.
  public init() {}

  /// Whether something was compared and nothing failed.
  public var passed: Bool { failures.isEmpty && (compared > 0 || !skipped.isEmpty) }

  /// The failures, a line each, or how much was compared.
  public var description: String {
    let lines = failures.isEmpty ? ["\(compared) elements compared, all as they should be"] : failures
    return (lines + skipped.map { "skipped: \($0)" }).joined(separator: "\n")
  }

  mutating func fail(_ subject: String, _ reason: String) {
    failures.append("\(subject): \(reason)")
  }

  mutating func skip(_ reason: String) {
    if !skipped.contains(reason) { skipped.append(reason) }
  }

  mutating func count(_ expected: [Double]) {
    compared += expected.count
    zeros += expected.count { $0 == 0 }
  }
}
