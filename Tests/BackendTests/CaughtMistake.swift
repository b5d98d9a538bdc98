import BackendConformance
import Backends
import Testing

/// Expects that a check in its standard size fails for a backend, and says what the mistake is seen in.
///
/// - Parameters:
///   - check: The check.
///   - symptoms: Words that one failure has to contain, all of them.
///   - location: Where the expectation stands.
///   - spoil: Puts the mistake into a backend that is right.
func expectCaught(
  by check: Conformance.Check, _ symptoms: String..., at location: SourceLocation = #_sourceLocation,
  _ spoil: @escaping @Sendable (inout WrongBackend) -> Void
) {
  let make: @Sendable (ThreadPool) -> WrongBackend = { threads in
    var backend = WrongBackend(threads: threads)
    spoil(&backend)
    return backend
  }
  let report = Conformance(of: make(ThreadPool(count: 2)), remade: make).run(check)
  let isNamed = report.failures.contains { failure in
    symptoms.allSatisfy { failure.description.contains($0) }
  }
  #expect(isNamed, "\(report)", sourceLocation: location)
}
