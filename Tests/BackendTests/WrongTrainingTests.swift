import BackendConformance
import Backends
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("A wrong loss or update is caught")
struct WrongTrainingTests {
  @Test("a softmax that is not shifted by its maximum")
  func overflow() {
    expectCaught(by: .softmaxCrossEntropy, "the loss is") { backend in
      backend.loss = { call, _ in
        let logits = UnsafeBufferPointer(
          start: call.logits.assumingMemoryBound(to: Float.self), count: call.count * call.classes)
        var score = ClassificationScore(count: call.count)
        for row in 0..<call.count {
          let scores = logits[row * call.classes..<(row + 1) * call.classes]
          let target = scores[scores.startIndex + Int(call.labels[row])]
          score.lossSum += Double(log(scores.reduce(0) { $0 + exp($1) }) - target)
        }
        return score
      }
    }
  }

  @Test("a loss whose gradient is not scaled")
  func unscaledGradient() {
    expectCaught(by: .softmaxCrossEntropy, "the gradient is") { backend in
      backend.loss = { call, reference in
        var call = call
        call.gradientScale = 1
        return reference.softmaxCrossEntropy(call)
      }
    }
  }

  @Test("a loss that is divided by the images")
  func meanLoss() {
    expectCaught(by: .softmaxCrossEntropy, "the loss is") { backend in
      backend.loss = { call, reference in
        var score = reference.softmaxCrossEntropy(call)
        score.lossSum /= Double(call.count)
        return score
      }
    }
  }

  @Test("a loss in which NaN is lost")
  func lostNaN() {
    expectCaught(by: .softmaxCrossEntropy, "NaN among the scores is lost") { backend in
      backend.loss = { call, reference in
        var score = reference.softmaxCrossEntropy(call)
        if score.lossSum.isNaN { score.lossSum = 0 }
        return score
      }
    }
  }

  @Test("an update that forgets momentum")
  func forgottenMomentum() {
    expectUpdateCaught { $0.rule.momentum = 0 }
  }

  @Test("an update that forgets Nesterov")
  func forgottenNesterov() {
    expectUpdateCaught { $0.rule.nesterov = false }
  }

  @Test("an update that forgets weight decay")
  func forgottenDecay() {
    expectUpdateCaught { $0.rule.weightDecay = 0 }
  }

  @Test("an update that forgets the scale of clipping")
  func forgottenScale() {
    expectUpdateCaught { $0.gradientScale = 1 }
  }

  @Test("an update in the wrong direction")
  func wrongDirection() {
    expectUpdateCaught { $0.rule.learningRate.negate() }
  }

  private func expectUpdateCaught(_ change: @escaping @Sendable (inout GradientDescentStep) -> Void) {
    expectCaught(by: .gradientDescent, "weights after five steps") { backend in
      backend.step = { step in
        var step = step
        change(&step)
        return step
      }
    }
  }

  @Test("gradients of micro-batches that are not added up to the last element")
  func shortSum() {
    expectCaught(by: .gradientDescent, "sum of squares") { backend in
      backend.layout = { $0.shape.rank == 4 ? Layout(plain: [$0.shape.elementCount - 1], .float32) : $0 }
    }
  }
}
