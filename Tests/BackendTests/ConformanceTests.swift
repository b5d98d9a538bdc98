import BackendConformance
import Backends
import Operations
import ReferenceBackend
import Testing

#if OpenBLAS
  import OpenBLASBackend
#endif
#if DNNL
  import DNNLBackend
#endif

@Suite("Every backend conforms", .serialized)
struct ConformanceTests {
  @Test("reference", arguments: Conformance.Check.allCases)
  func reference(check: Conformance.Check) throws {
    try expectConformance(to: check) { Reference(threads: $0) }
  }

  #if OpenBLAS
    @Test("openblas", arguments: Conformance.Check.allCases)
    func openblas(check: Conformance.Check) throws {
      try expectConformance(to: check) { try OpenBLAS(threads: $0) }
    }
  #endif

  #if DNNL
    @Test("dnnl", arguments: Conformance.Check.allCases)
    func dnnl(check: Conformance.Check) throws {
      try expectConformance(to: check) { try DNNL(threads: $0) }
    }
  #endif

  private func expectConformance(
    to check: Conformance.Check, of make: @escaping @Sendable (ThreadPool) throws -> any Backend
  ) throws {
    let backend = try make(ThreadPool(count: 2))
    let report = Conformance(of: backend, remade: make).run(check)
    // What was run and what was skipped is to be seen where nothing fails, too.
    print("\(backend.name): \(report)")
    #expect(report.passed, "\(backend.name): \(report)")
  }
}
