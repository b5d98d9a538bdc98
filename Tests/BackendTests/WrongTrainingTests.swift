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
    expectCaught(by: .softmaxCrossEntropy, "the loss is 0.0 instead of nan") { backend in
      backend.loss = { call, reference in
        var score = reference.softmaxCrossEntropy(call)
        if score.lossSum.isNaN { score.lossSum = 0 }
        return score
      }
    }
  }

  @Test("smoothed labels that are taken as they are")
  func unsmoothedLabels() {
    expectCaught(by: .softmaxCrossEntropy, "labels smoothed by 0.1", "the loss is") { backend in
      backend.loss = { call, reference in
        var call = call
        call.labelSmoothing = 0
        return reference.softmaxCrossEntropy(call)
      }
    }
  }

  @Test("smoothing that is shared by the other classes alone")
  func smoothingOfOthers() {
    expectCaught(by: .softmaxCrossEntropy, "labels smoothed by", "the gradient is") { backend in
      backend.loss = { call, reference in
        // That of ε · K / (K − 1), where the label's own share is not subtracted.
        var call = call
        call.labelSmoothing *= Double(call.classes) / Double(max(call.classes - 1, 1))
        return reference.softmaxCrossEntropy(call)
      }
    }
  }

  @Test("a loss that is wrong for a number of classes", arguments: [3, 10, 1000])
  func numberOfClasses(classes: Int) {
    expectCaught(by: .softmaxCrossEntropy, "the loss is") { backend in
      backend.loss = { call, reference in
        var score = reference.softmaxCrossEntropy(call)
        if call.classes == classes { score.lossSum *= 1.001 }
        return score
      }
    }
  }

  @Test("a loss that is wrong without a gradient")
  func lossAlone() {
    expectCaught(by: .softmaxCrossEntropy, "the loss is 0.0") { backend in
      backend.loss = { call, reference in
        call.gradient == nil ? ClassificationScore(count: call.count) : reference.softmaxCrossEntropy(call)
      }
    }
  }

  @Test("hits counted wherever the label has the largest score")
  func tiedHits() {
    expectCaught(by: .softmaxCrossEntropy, "are correct instead of") { backend in
      backend.loss = { call, reference in
        let logits = UnsafeBufferPointer(
          start: call.logits.assumingMemoryBound(to: Float.self), count: call.count * call.classes)
        var score = reference.softmaxCrossEntropy(call)
        score.correct = (0..<call.count).count { row in
          let scores = logits[row * call.classes..<(row + 1) * call.classes]
          return scores[scores.startIndex + Int(call.labels[row])] == scores.max()
        }
        return score
      }
    }
  }

  @Test("a loss that changes the scores")
  func changedScores() {
    expectCaught(by: .softmaxCrossEntropy, "it changed the scores") { backend in
      backend.loss = { call, reference in
        let score = reference.softmaxCrossEntropy(call)
        UnsafeMutableRawPointer(mutating: call.logits).storeBytes(of: 3, as: Float.self)
        return score
      }
    }
  }

  @Test("small gradients of the loss that are lost")
  func lostGradients() {
    expectCaught(by: .softmaxCrossEntropy, "the gradient is 0.0 instead of") { backend in
      backend.loss = { call, reference in
        let score = reference.softmaxCrossEntropy(call)
        guard let gradient = call.gradient?.assumingMemoryBound(to: Float.self) else { return score }
        for index in 0..<call.count * call.classes where abs(gradient[index]) < 1e-7 { gradient[index] = 0 }
        return score
      }
    }
  }

  @Test("a loss that is wrong with three threads")
  func lossOfThreads() {
    expectCaught(by: .threadCounts, "3 threads", "the loss is") { backend in
      let isWrong = backend.threads.count == 3
      backend.loss = { call, reference in
        var score = reference.softmaxCrossEntropy(call)
        if isWrong { score.lossSum += 1 }
        return score
      }
    }
  }

  @Test("an update that forgets weight decay with momentum alone")
  func forgottenDecayOfMomentum() {
    expectUpdateCaught { step in
      if step.rule.momentum > 0, !step.rule.nesterov { step.rule.weightDecay = 0 }
    }
  }

  @Test("an update that leaves biases as they are")
  func unchangedBias() {
    expectUpdateCaught { step in
      if step.layout.shape.rank == 1 { step.rule.learningRate = 0 }
    }
  }

  @Test("a sum of gradients that changes the gradient")
  func changedGradient() {
    expectSumCaught("the sum changed the gradient") { gradient, _, layout in
      UnsafeMutableRawPointer(mutating: gradient).initializeMemory(
        as: UInt8.self, repeating: 0, count: layout.byteCount)
    }
  }

  @Test("a sum of gradients that writes beyond the end")
  func longSum() {
    expectSumCaught("memory beyond") { _, sum, layout in
      (sum + layout.byteCount).storeBytes(of: 0, as: Float.self)
    }
  }

  private func expectSumCaught(
    _ symptom: String,
    _ spoil: @escaping @Sendable (UnsafeRawPointer, UnsafeMutableRawPointer, Layout) -> Void
  ) {
    expectCaught(by: .gradientDescent, symptom) { backend in
      backend.sum = { gradient, sum, layout, reference in
        reference.accumulate(gradient, into: sum, layout)
        spoil(gradient, sum, layout)
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
