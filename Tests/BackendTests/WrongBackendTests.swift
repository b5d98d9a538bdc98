import BackendConformance
import Testing

@Suite("The suite catches a wrong backend", .serialized)
struct WrongBackendTests {
  @Test(
    "and names what is wrong",
    arguments: [
      (WrongBackend.Mistake.biasDropped, "convolution", ", output: at ["),
      (.inputGradientScaled, "dense", ", input gradient: at ["),
      (.lastOutputRowNotWritten, "convolution", "] NaN instead of "),
      (.lastMaximumWinsTies, "maxPooling", ", input gradient: at ["),
      (.inputChanged, "relu", "the forward pass changed its input"),
    ])
  func isCaught(mistake: WrongBackend.Mistake, operation: String, symptom: String) {
    let failures = Conformance(of: WrongBackend(mistake)).run(.exactIntegers).failures
    let isNamed = failures.contains { $0.contains(operation) && $0.contains(symptom) }
    #expect(isNamed, "\(failures)")
  }

  @Test("and lets the same backend pass when it makes no mistake")
  func passesWithoutMistake() {
    #expect(Conformance(of: WrongBackend(.none)).run(.exactIntegers).passed)
  }

  @Test("by random numbers too where a gradient is off by a thousandth")
  func scaledGradientExceedsTheBound() {
    let failures = Conformance(of: WrongBackend(.inputGradientScaled)).run(.randomNumbers).failures
    #expect(failures.contains { $0.contains("convolution") && $0.contains(", input gradient: at [") })
  }
}
