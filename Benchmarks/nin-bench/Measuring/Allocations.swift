import AllocationCounting

/// Heap allocations of a step.
struct AllocationCount: Codable, Equatable, Sendable {
  /// Those of this package's code, and of Swift's runtime on its behalf.
  var ours: Int
  /// Those made inside the backend's library.
  var theirs: Int

  /// Runs a step and counts what it allocates.
  ///
  /// - Parameter step: The step; it is run once in any case.
  /// - Returns: The counts; nil where the build cannot count.
  /// - Throws: What the step throws.
  static func counted(_ step: () throws -> Void) rethrows -> AllocationCount? {
    let counts = try AllocationCounter.counts(step)
    guard AllocationCounter.isSupported else { return nil }
    return AllocationCount(ours: counts.ours.calls, theirs: counts.theirs.calls)
  }
}
