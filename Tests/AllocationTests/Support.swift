import AllocationCounting
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips where nothing can be counted.
  static var countsAllocations: Self {
    .enabled(if: AllocationCounter.isSupported, "allocations are counted with glibc, without sanitizers")
  }

  /// Skips in a debug build, in which the compiler puts values into boxes that it does without in a release.
  static var optimised: Self {
    #if DEBUG
      .disabled("without the optimiser Swift allocates more; use swift test -c release")
    #else
      .enabled(if: true)
    #endif
  }
}

/// Expects that none of our code asked for memory, and prints what the libraries asked for.
///
/// - Parameters:
///   - counts: What was asked for.
///   - what: What was run meanwhile.
///   - backend: On which backend.
func expectNothing(of counts: AllocationCounts, _ what: String, on backend: String) {
  print("\(what) on \(backend): the libraries made \(counts.theirs)")
  #expect(counts.ours.calls == 0, "\(what) on \(backend): \(counts)")
}
