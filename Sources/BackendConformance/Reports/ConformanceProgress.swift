/// How far a run of the suite has come.
public struct ConformanceProgress: Sendable, CustomStringConvertible {
  /// What is being checked.
  public var task: String
  /// Steps of the task that are done; in most checks a step is a shape of each kind of operation.
  public var done: Int
  /// Steps of the task in all.
  public var total: Int

  /// The task and its steps, in a few words.
  public var description: String { "\(task): \(done) of \(total)" }
}

extension Conformance {
  /// The numbers of a check's steps; each is reported when it is begun.
  func steps(_ total: Int, of check: Check) -> some Sequence<Int> {
    (0..<total).lazy.map { [progress] step in
      progress(ConformanceProgress(task: check.title, done: step, total: total))
      return step
    }
  }
}
