/// What all checks of one backend found.
public struct ConformanceReport: Sendable, CustomStringConvertible {
  /// The backend's name.
  public let backend: String
  /// The seed of shapes and numbers.
  public let seed: UInt64
  /// Each check's report, in the order in which they were run.
  public let checks: [CheckReport]

  /// Whether every check passed.
  public var passed: Bool { checks.allSatisfy(\.passed) }

  /// All failures.
  public var failures: [ConformanceFailure] { checks.flatMap(\.failures) }

  /// The verdict, and each check's report below it.
  public var description: String {
    let verdict = passed ? "conforms" : "does not conform"
    return (["\(backend) \(verdict) (seed \(seed))"] + checks.map { "- \($0)" }).joined(separator: "\n")
  }
}
