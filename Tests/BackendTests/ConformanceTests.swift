import BackendConformance
import Backends
import Testing

@Suite("Every backend conforms", .serialized)
struct ConformanceTests {
  @Test("to the reference, to calculus and to PyTorch's rules", arguments: Conformance.Check.allCases)
  func conforms(check: Conformance.Check) throws {
    for backend in try CheckedBackends.all() {
      let report = Conformance(of: backend).run(check)
      #expect(report.passed, "\(backend.name): \(report)")
    }
  }
}
