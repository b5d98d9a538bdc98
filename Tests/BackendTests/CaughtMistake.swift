import BackendConformance
import Backends
import Testing

/// Expects that a check in its standard size fails for a backend, with the given symptoms.
///
/// - Parameters:
///   - check: The check.
///   - symptoms: Words that one failure has to contain, all of them.
///   - location: The location of the expectation.
///   - spoil: Puts the mistake into a correct backend.
func expectCaught(
  by check: Conformance.Check, _ symptoms: String..., at location: SourceLocation = #_sourceLocation,
  _ spoil: @escaping @Sendable (inout WrongBackend) -> Void
) {
  let make: @Sendable (ThreadPool) -> WrongBackend = { threads in
    var backend = WrongBackend(threads: threads)
    spoil(&backend)
    return backend
  }
  let report = Conformance(of: make(ThreadPool(count: 2)), makeBackend: make).run(check)
  let isNamed = report.failures.contains { failure in
    symptoms.allSatisfy { failure.description.contains($0) }
  }
  #expect(isNamed, "\(report)", sourceLocation: location)
}
