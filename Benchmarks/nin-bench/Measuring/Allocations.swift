/// Heap allocations of a step.
struct AllocationCount: Codable, Equatable, Sendable {
  /// Those of this package's code.
  var ours: Int
  /// Those made inside the backend's library.
  var theirs: Int
}

/// Counts heap allocations, where the build has a means to.
enum AllocationCounter {
  /// Runs a function and counts what it allocates.
  ///
  /// - Parameter body: The function; it is run once in any case.
  /// - Returns: The counts; nil, because this build does not look into `malloc`.
  /// - Throws: What the function throws.
  static func count(_ body: () throws -> Void) rethrows -> AllocationCount? {
    try body()
    return nil
  }
}
