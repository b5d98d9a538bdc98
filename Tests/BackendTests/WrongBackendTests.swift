import BackendConformance
import Testing

@Suite("The suite catches a wrong backend", .serialized)
struct WrongBackendTests {
  @Test("whatever its mistake", arguments: WrongBackend.Mistake.allCases)
  func isCaught(mistake: WrongBackend.Mistake) {
    let report = Conformance(of: WrongBackend(mistake)).run(.exactIntegers)
    #expect(!report.failures.isEmpty)
  }
}
