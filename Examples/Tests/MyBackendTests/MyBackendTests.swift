import BackendConformance
import MyBackend
import NetworkInNetwork
import Testing

@Test("conforms")
func conforms() {
  let report = Conformance(of: MyBackend(threads: ThreadPool(count: 2))) { MyBackend(threads: $0) }.run()
  #expect(report.passed, "\(report)")
}
