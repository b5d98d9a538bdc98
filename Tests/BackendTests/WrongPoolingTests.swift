import BackendConformance
import Backends
import Operations
import Testing

@Suite("A wrong pooling is caught")
struct WrongPoolingTests {
  @Test("ties of max pooling resolved wrongly: the last one wins")
  func lastOfEqualWins() {
    expectCaught(by: .exactIntegers, "max pooling", "input gradient: at [") { backend in
      backend.kernel = { NaiveMaxPooling($0, NaiveMaxPooling.Rule(wins: { $0 >= $1 || $0.isNaN })) }
    }
  }

  @Test("the naive max pooling is correct if nothing is changed")
  func right() {
    var backend = WrongBackend()
    backend.kernel = { NaiveMaxPooling($0, NaiveMaxPooling.Rule()) }
    for check in [Conformance.Check.exactIntegers, .nonFiniteActivations] {
      let report = Conformance(of: backend).run(check)
      #expect(report.passed, "\(report)")
    }
  }

  @Test("NaN ignored")
  func ignoredNaN() {
    expectCaught(by: .nonFiniteActivations, "max pooling", "output: at [") { backend in
      backend.kernel = { NaiveMaxPooling($0, NaiveMaxPooling.Rule(wins: { $0 > $1 })) }
    }
  }

  @Test(
    "NaN ignored in prediction, in windows of several rows, where padded, for other channels than 1 and 17")
  func ignoredNaNInPart() {
    let parts: [@Sendable (KernelRequest, PoolingGeometry) -> Bool] = [
      { request, _ in !request.isTraining }, { $1.window.kernel.height > 1 }, { $1.window.padding != .zero },
      { $1.channels != 1 && $1.channels != 17 },
    ]
    for isPart in parts {
      expectCaught(by: .nonFiniteActivations, "max pooling", "output: at [") { backend in
        backend.kernel = { request in
          guard case .maxPooling(let geometry) = request.operation, isPart(request, geometry) else {
            return nil
          }
          return NaiveMaxPooling(request, NaiveMaxPooling.Rule(wins: { $0 > $1 }))
        }
      }
    }
  }

  @Test("the first NaN takes the gradient")
  func firstNaNWins() {
    expectCaught(by: .nonFiniteActivations, "max pooling", "input gradient: at [") { backend in
      backend.kernel = {
        NaiveMaxPooling($0, NaiveMaxPooling.Rule(wins: { $0 > $1 || $0.isNaN && !$1.isNaN }))
      }
    }
  }

  @Test("a window of −∞ gives the least finite number")
  func leastFiniteNumber() {
    expectCaught(by: .nonFiniteActivations, "max pooling", "instead of -inf") { backend in
      backend.kernel = {
        NaiveMaxPooling($0, NaiveMaxPooling.Rule(start: -.greatestFiniteMagnitude))
      }
    }
  }

  @Test("padding treated as zeros in max pooling")
  func zeroPadding() {
    expectCaught(by: .exactIntegers, "max pooling", "output: at [") { backend in
      backend.kernel = { request in
        guard case .maxPooling(let geometry) = request.operation, geometry.window.padding != .zero else {
          return nil
        }
        return NaiveMaxPooling(request, NaiveMaxPooling.Rule(start: 0))
      }
    }
  }

  @Test("overlapping windows that overwrite each other's gradient")
  func overwrittenGradient() {
    expectCaught(by: .exactIntegers, "max pooling", "input gradient: at [") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .inputGradient, call.operation.name == "max pooling" else { return }
        let largest = call.outputGradient?.max() ?? 0
        call.inputGradient?.change { min($0, largest) }
      }
    }
  }

  @Test("the wrong divisor in average pooling with padding")
  func wrongDivisor() {
    expectCaught(by: .randomNumbers, "average pooling", "output: at [") { backend in
      backend.request = { request in
        guard case .averagePooling(let geometry, let countsPadding) = request.operation else {
          return request
        }
        var request = request
        request.operation = .averagePooling(geometry, countsPadding: !countsPadding)
        return request
      }
    }
  }

  @Test("a gradient that is not zeroed where there is no window", arguments: [false, true])
  func unusedBorders(ofPooling: Bool) {
    expectCaught(by: .unusedBorders, ofPooling ? "pooling" : "convolution", "input gradient: at [") {
      backend in
      backend.spoil = { call in
        guard call.stage == .inputGradient, (call.convolution == nil) == ofPooling else {
          return try call.proceed()
        }
        let before = call.inputGradient.map(Array.init) ?? []
        try call.proceed()
        for (index, element) in before.enumerated() where call.inputGradient?[index] == 0 {
          call.inputGradient?[index] = element
        }
      }
    }
  }
}
