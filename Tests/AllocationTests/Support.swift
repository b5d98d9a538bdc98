import AllocationCounting
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips where nothing can be counted.
  static var countsAllocations: Self {
    .enabled(if: AllocationCounter.isSupported, "allocations are counted with glibc, without sanitizers")
  }

  /// Skips in a debug build, in which the compiler boxes values that it does not box in a release build.
  static var optimized: Self {
    #if DEBUG
      .disabled("without the optimizer Swift allocates more; use swift test -c release")
    #else
      .enabled(if: true)
    #endif
  }
}

/// Expects that our code did not request memory, and prints the libraries' requests.
///
/// - Parameters:
///   - counts: The counts.
///   - what: The work that was counted.
///   - backend: The backend.
func expectNothing(of counts: AllocationCounts, _ what: String, on backend: String) {
  print("\(what) on \(backend): the libraries made \(counts.theirs)")
  #expect(counts.ours.calls == 0, "\(what) on \(backend): \(counts)")
}
