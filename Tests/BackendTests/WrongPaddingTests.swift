import BackendConformance
import Backends
import Testing

@Suite("Wrong padding elements are caught")
struct WrongPaddingTests {
  @Test(
    "padded parameters are correct if nothing is changed",
    arguments: [Conformance.Check.reorders, .gradientDescent])
  func right(check: Conformance.Check) {
    var backend = WrongBackend()
    backend.padParameters()
    let report = Conformance(of: backend).run(check)
    #expect(report.passed, "\(report)")
  }

  @Test("an update that reaches them")
  func updated() {
    expectCaught(by: .gradientDescent, "into their padding") { backend in
      backend.padParameters()
      backend.step = { step in
        step.values.storeBytes(of: 1, toByteOffset: step.layout.byteCount - 4, as: Float.self)
        return step
      }
    }
  }

  @Test("a reorder that leaves them as they were")
  func leftAsTheyWere() {
    expectCaught(by: .reorders, "left padding that is not zero") { backend in
      backend.padParameters()
      backend.copied = { _, _ in }
    }
  }
}

/// The plain order with zeros behind the last element.
private struct TrailingZeros: ElementOrder {
  static let byteCount = 64
  var description: String { "with trailing zeros" }
  func isEqual(to other: any ElementOrder) -> Bool { other is TrailingZeros }
}

extension Layout {
  fileprivate var withTrailingZeros: Layout {
    Layout(
      shape: shape, elementType: elementType, byteCount: byteCount + TrailingZeros.byteCount,
      order: TrailingZeros())
  }
}

extension WrongBackend {
  /// Requests outputs with zeros behind them, and leaves these as they were.
  mutating func padOutputs() {
    requirements = { requirements in
      var padded = requirements
      padded.output = requirements.output.withTrailingZeros
      return padded
    }
    layout = { Layout(plain: $0.shape, $0.elementType) }
  }

  /// Lays parameters out with zeros behind them, as vectors would need.
  fileprivate mutating func padParameters() {
    requirements = { requirements in
      var padded = requirements
      padded.parameters = requirements.parameters.map(\.withTrailingZeros)
      return padded
    }
    layout = { Layout(plain: $0.shape, $0.elementType) }
    copied = { destination, layout in
      guard !layout.isPlain else { return }
      let end = destination + layout.byteCount - TrailingZeros.byteCount
      end.initializeMemory(as: UInt8.self, repeating: 0, count: TrailingZeros.byteCount)
    }
  }
}
