import BackendConformance
import Backends
import Testing

@Suite("The suite's report")
struct ConformanceReportTests {
  @Test("of a backend without a mistake says that it conforms, and what was skipped")
  func rightBackend() {
    let make: @Sendable (ThreadPool) -> WrongBackend = { WrongBackend(threads: $0) }
    let report = Conformance(of: make(ThreadPool(count: 2)), makeBackend: make).run()
    #expect(report.passed, "\(report)")
    #expect(report.checks.map(\.check) == Conformance.Check.allCases)
    #expect("\(report)".hasPrefix("wrong conforms (seed 0)\n- exact in integers, generated shapes: passed, "))
    #expect(
      "\(report)".contains("cases: the reference backend computes in float32 and float64, not in bf16"))
  }

  @Test("of a failing case prints the smallest one that fails, and the seed")
  func shrinking() throws {
    var backend = WrongBackend()
    // Wrong from 3 input channels and a kernel that is 2 wide.
    backend.spoil = { call in
      try call.proceed()
      guard call.stage == .forward, let geometry = call.convolution, geometry.inputChannelsPerGroup >= 3,
        geometry.window.kernel.width >= 2
      else { return }
      call.output[0] += 1
    }
    let report = Conformance(of: backend, seed: 9).run(.exactIntegers)
    let failure = try #require(report.failures.first)
    #expect(
      failure.subject
        == "wrong, seed 9: convolution of 1×3×1×1 to 1 channels, kernel 1×2, stride 1×1, padding (0,0,0,1), "
        + "dilation 1×1, no bias float32, training, input plain, output")
    #expect(failure.difference?.index == [0, 0, 0, 0])
    #expect(failure.difference.map { $0.actual - $0.expected } == 1)
  }

  @Test("of a backend that throws names the case and the error")
  func throwing() throws {
    var backend = WrongBackend()
    backend.request = { _ in throw BackendError.unsupportedOperation(reason: "no kernel today") }
    let report = Conformance(of: backend).run(.randomNumbers)
    #expect(report.failures.first?.reason == "no kernel today")
    #expect(report.failingCases == ConformanceSize.standard.failures)
  }

  @Test("says that the check of thread counts is skipped if the backend cannot be created with other threads")
  func skippedSweep() {
    let report = Conformance(of: WrongBackend()).run(.threadCounts)
    #expect(report.passed)
    #expect("\(report)".contains("skipped"))
  }
}
