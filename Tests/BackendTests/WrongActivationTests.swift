import BackendConformance
import Backends
import Operations
import Tensors
import Testing

@Suite("A wrong ReLU or dropout is caught")
struct WrongActivationTests {
  @Test("ReLU that turns NaN into 0")
  func lostNaN() {
    expectCaught(by: .nonFiniteActivations, "ReLU", "0.0 instead of NaN") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward, case .relu = call.operation else { return }
        call.output.change { $0.isNaN ? 0 : $0 }
      }
    }
  }

  @Test("ReLU that passes the gradient at 0")
  func gradientAtZero() {
    expectReLUGradientCaught { $0 >= 0 || $0.isNaN }
  }

  @Test("ReLU that stops the gradient at NaN")
  func gradientAtNaN() {
    expectReLUGradientCaught { $0 > 0 }
  }

  private func expectReLUGradientCaught(passes: @escaping @Sendable (_ output: Float) -> Bool) {
    expectCaught(by: .nonFiniteActivations, "ReLU", "input gradient: at [") { backend in
      backend.spoil = { call in
        guard call.stage == .inputGradient, case .relu = call.operation else { return try call.proceed() }
        for index in call.output.indices {
          call.inputGradient?[index] = passes(call.output[index]) ? call.outputGradient?[index] ?? 0 : 0
        }
      }
    }
  }

  @Test("ReLU whose gradient is multiplied by a mask, so that ∞ · 0 is NaN")
  func multipliedGradient() {
    expectCaught(by: .nonFiniteActivations, "ReLU", "input gradient: at [", "NaN instead of 0.0") { backend in
      backend.spoil = { call in
        guard call.stage == .inputGradient, case .relu = call.operation else { return try call.proceed() }
        for index in call.output.indices {
          let passes = call.output[index] > 0 || call.output[index].isNaN
          call.inputGradient?[index] = (call.outputGradient?[index] ?? 0) * (passes ? 1 : 0)
        }
      }
    }
  }

  @Test("ReLU that is wrong behind a dense layer")
  func vectors() {
    expectCaught(by: .exactIntegers, "ReLU", "output: at [") { backend in
      backend.spoil = { call in
        try call.proceed()
        if call.stage == .forward, case .relu(let shape) = call.operation, shape.rank == 2 {
          call.output[0] = 5
        }
      }
    }
  }

  @Test("a mask that is wrong from the second block of channels on, for vectors, or far on in a large tensor")
  func maskOfShape() {
    let parts: [@Sendable (Shape) -> Bool] = [
      { $0.rank == 4 && $0[1] > 16 }, { $0.rank == 2 }, { $0.elementCount > 1 << 16 },
    ]
    for isPart in parts {
      expectCaught(by: .dropoutMasks, "output: at [") { backend in
        backend.spoil = { call in
          try call.proceed()
          guard call.stage == .forward, call.context.isTraining, case .dropout(let shape, _) = call.operation,
            isPart(shape)
          else { return }
          call.output[call.output.count - 1] = 0.5
        }
      }
    }
  }

  @Test("a mask that ignores the upper half of the step")
  func shortStep() {
    expectMaskCaught { $0.step &= 0xFFFF }
  }

  @Test("a softmax that is wrong for ten scores, or loses NaN")
  func softmax() {
    expectCaught(by: .softmax, "instead of") { backend in
      backend.spoil = { call in
        try call.proceed()
        if call.stage == .forward, case .softmax(let geometry) = call.operation, geometry.count == 10 {
          call.output[0] += 0.1
        }
      }
    }
    expectCaught(by: .softmax, "0.0 instead of nan") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward, case .softmax = call.operation else { return }
        call.output.change { $0.isNaN ? 0 : $0 }
      }
    }
  }

  @Test("a mask that ignores the index of the images in the batch")
  func ignoredFirstImage() {
    expectMaskCaught { $0.firstImage = 0 }
  }

  @Test("a mask that is the same at every step")
  func ignoredStep() {
    expectMaskCaught { $0.step = 0 }
  }

  @Test("a mask that ignores the seed's upper half")
  func ignoredSeed() {
    expectMaskCaught { $0.seed &= 0xFFFF_FFFF }
  }

  private func expectMaskCaught(_ change: @escaping @Sendable (inout RunContext) -> Void) {
    expectCaught(by: .dropoutMasks, "output: at [") { backend in
      backend.spoil = { try $0.proceed(change) }
    }
  }

  @Test("a mask that differs in the backward pass")
  func otherMaskBackward() {
    expectCaught(by: .dropoutMasks, "input gradient: at [") { backend in
      backend.spoil = { call in
        try call.proceed { $0.step += call.stage == .inputGradient ? 1 : 0 }
      }
    }
  }

  @Test("a mask that depends on the number of threads")
  func threadsInMask() {
    expectCaught(by: .threadCounts, "3 threads", "dropout") { backend in
      backend.spoil = { call in
        try call.proceed { $0.seed += call.threads.count > 2 ? 1 : 0 }
      }
    }
  }

  @Test("a mask that ignores the layer")
  func ignoredLayer() {
    expectCaught(by: .dropoutMasks, "output: at [") { backend in
      backend.request = { request in
        var request = request
        request.layerIndex = 0
        return request
      }
    }
  }

  @Test("kept elements that are not scaled")
  func unscaled() {
    expectCaught(by: .dropoutMasks, "output: at [") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward, case .dropout(_, let probability) = call.operation else { return }
        call.output.change { $0 * Float(1 - probability) }
      }
    }
  }

  @Test("dropout that drops in prediction")
  func dropsInPrediction() {
    expectCaught(by: .dropoutMasks, "output: at [") { backend in
      backend.spoil = { try $0.proceed { $0.isTraining = true } }
    }
  }

  @Test("dropped NaN that become 0")
  func droppedNaN() {
    expectCaught(by: .nonFiniteActivations, "dropout", "0.0 instead of NaN") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward, case .dropout = call.operation else { return }
        call.output[0] = 0
      }
    }
  }
}
