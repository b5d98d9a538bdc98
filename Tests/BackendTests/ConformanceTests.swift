import BackendConformance
import Backends
import Operations
import ReferenceBackend
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
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

  #if DNNL
    @Test("dnnl with the instructions of AVX2 only, in a process of its own")
    func dnnlWithAVX2() async {
      // oneDNN reads the variable once, when it is first used.
      await #expect(processExitsWith: .success) {
        setenv("DNNL_MAX_CPU_ISA", "AVX2", 1)
        let backend = try DNNL(threads: ThreadPool(count: 2))
        #expect(backend.information.instructionSet.contains("AVX2"))
        let report = Conformance(of: backend).run()
        print(report)
        #expect(report.passed, "\(report)")
      }
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
