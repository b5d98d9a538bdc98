import AllocationCounting
import Testing

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
