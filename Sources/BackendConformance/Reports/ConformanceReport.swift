/// The results of all checks of one backend.
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

/// The progress of a run of the suite.
public struct ConformanceProgress: Sendable, CustomStringConvertible {
  /// The current check.
  public var task: String
  /// Steps of the task that are done; in most checks a step is a shape of each kind of operation.
  public var done: Int
  /// Steps of the task in total.
  public var total: Int

  /// The task and its steps, in a few words.
  public var description: String { "\(task): \(done) of \(total)" }
}

extension Conformance {
  /// The indices of a check's steps; each is reported when it begins.
  func steps(_ total: Int, of check: Check) -> some Sequence<Int> {
    (0..<total).lazy.map { [progress] step in
      progress(ConformanceProgress(task: check.title, done: step, total: total))
      return step
    }
  }
}
