import BackendConformance
import Backends
import ReferenceBackend
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("A wrong AdamW is caught")
struct WrongAdamWTests {
  @Test("moments that are not corrected for beginning at zero", arguments: [0, 1, 2])
  func correction(which: Int) {
    expectCaught(by: .adamW, "weights after 1 step") { backend in
      backend.adamW = { step, _ in
        step.loops { $0.step(correctsFirst: which == 1, correctsSecond: which == 2) }
      }
    }
  }

  @Test("a correction by the number of updates that were made before")
  func earlierNumber() {
    expectCaught(by: .adamW, "weights after 12 steps") { backend in
      backend.adamW = { step, reference in
        var step = step
        step.number = max(step.number - 1, 1)
        reference.update(step)
      }
    }
  }

  @Test("ε within the root")
  func epsilonWithinRoot() {
    expectCaught(by: .adamW, "weights after 1 step") { backend in
      backend.adamW = { step, _ in step.loops { $0.step(epsilonIsWithin: true) } }
    }
  }

  @Test("ε added before the correction")
  func uncorrectedEpsilon() {
    expectCaught(by: .adamW, "weights after 1 step") { backend in
      backend.adamW = { step, _ in step.loops { $0.step(epsilonIsCorrected: true) } }
    }
  }

  @Test("weight decay that goes through the gradient, as in Adam")
  func coupledDecay() {
    expectCaught(by: .adamW, "weights after 1 step") { backend in
      backend.adamW = { step, _ in step.loops { $0.step(couplesDecay: true) } }
    }
  }

  @Test("weight decay that is forgotten, or is not multiplied by the learning rate", arguments: [0.0, 1])
  func decay(isMultiplied: Double) {
    expectCaught(by: .adamW, "weights after 1 step") { backend in
      backend.adamW = { step, reference in
        var step = step
        step.rule.weightDecay *= isMultiplied / step.rule.learningRate
        reference.update(step)
      }
    }
  }

  @Test("the first moment before the gradient is added")
  func staleMoment() {
    expectCaught(by: .adamW, "weights after 1 step") { backend in
      backend.adamW = { step, _ in step.loops { $0.step(momentIsStale: true) } }
    }
  }

  @Test("a second moment of the gradient before it is scaled")
  func unscaledSquare() {
    expectCaught(by: .adamW, "second moments after 1 step") { backend in
      backend.adamW = { step, _ in step.loops { $0.step(squaresUnscaled: true) } }
    }
  }

  @Test("a single number that is omitted")
  func lastElement() {
    expectCaught(by: .adamW, "weights after 1 step") { backend in
      backend.adamW = { step, _ in step.loops { if !$0.isLast { $0.step() } } }
    }
  }

  @Test("a gradient that is cleared")
  func clearedGradient() {
    expectCaught(by: .adamW, "the update changed the gradient") { backend in
      backend.adamW = { step, reference in
        reference.update(step)
        UnsafeMutableRawPointer(mutating: step.gradient).storeBytes(of: 3, as: Float.self)
      }
    }
  }

  @Test("padding that is written to")
  func padding() {
    expectCaught(by: .adamW, "beyond the weights or into their padding") { backend in
      backend.adamW = { step, reference in
        reference.update(step)
        (step.secondMoment + step.layout.byteCount).storeBytes(of: 1, as: Float.self)
      }
    }
  }

  @Test("NaN that is treated as no gradient")
  func lostNaN() {
    expectCaught(by: .adamW, "a gradient that is NaN") { backend in
      backend.adamW = { step, _ in step.loops { if !$0.slope.isNaN { $0.step() } } }
    }
  }

  @Test("without a mistake these loops pass")
  func right() {
    var backend = WrongBackend()
    backend.adamW = { step, _ in step.loops { $0.step() } }
    let report = Conformance(of: backend).run(.adamW)
    #expect(report.passed, "\(report)")
  }
}

/// One element of a parameter in a step of AdamW.
private struct Element {
  let rule: AdamWRule
  let number: Double
  let scale: Float
  let isLast: Bool
  /// The unscaled gradient.
  let slope: Float
  var value: Float
  var first: Float
  var second: Float

  /// The correct step, except for the requested mistakes.
  mutating func step(
    correctsFirst: Bool = true, correctsSecond: Bool = true, epsilonIsWithin: Bool = false,
    epsilonIsCorrected: Bool = false, couplesDecay: Bool = false, momentIsStale: Bool = false,
    squaresUnscaled: Bool = false
  ) {
    let stale = first
    let decay = Float(rule.weightDecay) * value
    let g = scale * slope + (couplesDecay ? decay : 0)
    let square = squaresUnscaled ? slope : g
    first = Float(rule.beta1) * first + Float(1 - rule.beta1) * g
    second = Float(rule.beta2) * second + Float(1 - rule.beta2) * square * square
    let corrections = (
      correctsFirst ? Float(1 - pow(rule.beta1, number)) : 1,
      correctsSecond ? Float(1 - pow(rule.beta2, number)) : 1
    )
    let epsilon = Float(rule.epsilon)
    let mean = (momentIsStale ? stale : first) / corrections.0
    var root = (second / corrections.1).squareRoot() + epsilon
    if epsilonIsWithin { root = (second / corrections.1 + epsilon).squareRoot() }
    if epsilonIsCorrected { root = (second.squareRoot() + epsilon) / corrections.1.squareRoot() }
    value -= Float(rule.learningRate) * ((couplesDecay ? 0 : decay) + mean / root)
  }
}

extension AdamWStep {
  /// Makes a step of each element by itself.
  fileprivate func loops(_ body: (inout Element) -> Void) {
    let values = values.assumingMemoryBound(to: Float.self)
    let gradient = gradient.assumingMemoryBound(to: Float.self)
    let first = firstMoment.assumingMemoryBound(to: Float.self)
    let second = secondMoment.assumingMemoryBound(to: Float.self)
    for index in 0..<layout.storedCount {
      var element = Element(
        rule: rule, number: Double(number), scale: Float(gradientScale),
        isLast: index == layout.storedCount - 1, slope: gradient[index], value: values[index],
        first: first[index], second: second[index])
      body(&element)
      (values[index], first[index], second[index]) = (element.value, element.first, element.second)
    }
  }
}
