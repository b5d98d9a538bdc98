import BackendConformance
import NetworkInNetwork
import Testing

@testable import MyBackend

@Test("conforms")
func conforms() {
  // Small, since this is a debug build.
  let size = ConformanceSize(shapes: 6, repeats: 2, largestNetworkShape: 1 << 20, failures: 5)
  let report = Conformance(of: MyBackend(threads: ThreadPool(count: 2)), size: size) {
    MyBackend(threads: $0)
  }.run()
  #expect(report.passed, "\(report)")
}
