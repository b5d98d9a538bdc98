import BackendConformance
import Backends
import Operations
import Testing

@Suite("A wrong convolution or dense layer is caught")
struct WrongConvolutionTests {
  @Test("a dropped bias")
  func droppedBias() {
    expectCaught(by: .exactIntegers, "convolution", ", output: at [") { backend in
      backend.spoil = { call in
        guard call.stage == .forward else { return try call.proceed() }
        try call.proceed(while: call.bias) { $0.update(repeating: 0) }
      }
    }
  }

  @Test(
    "a weight that is off by a thousandth, whatever algorithm the kernel claims",
    arguments: ["im2col", "winograd", "unknown"])
  func declaredAlgorithm(name: String) {
    expectCaught(by: .randomNumbers, "convolution", ", output: at [") { backend in
      backend.requirements = { requirements in
        var claimed = requirements
        claimed.algorithm = ConvolutionAlgorithm(rawValue: name)
        return claimed
      }
      backend.spoil = { call in
        try call.proceed(while: call.stage == .forward ? call.weight : nil) { weight in
          for index in weight.indices { weight[index] *= 1.001 }
        }
      }
    }
  }

  @Test("an algorithm that is not the requested one")
  func otherAlgorithm() {
    expectCaught(by: .randomNumbers, "convolution", "was requested") { backend in
      let row = backend.table.convolution[0].value
      backend.convolutions = [.direct: row, .im2col: row]
    }
  }

  @Test("a transposed kernel")
  func transposedKernel() {
    expectCaught(by: .exactIntegers, "convolution", ", output: at [") { backend in
      backend.spoil = { call in
        guard let side = call.convolution?.window.kernel.width,
          call.convolution?.window.kernel.height == side
        else { return try call.proceed() }
        try call.proceed(while: call.stage == .forward ? call.weight : nil) { weight in
          let before = Array(weight)
          for element in weight.indices {
            let (row, column) = (element / side % side, element % side)
            weight[element] = before[element - row * side - column + column * side + row]
          }
        }
      }
    }
  }

  @Test("a flipped kernel, as in mathematics")
  func flippedKernel() {
    expectCaught(by: .exactIntegers, "convolution") { backend in
      backend.kernel = { request in
        NaiveConvolution(
          request,
          NaiveConvolution.Indexing(row: { output, tap, geometry in
            let window = geometry.window
            let flipped = window.kernel.height - 1 - tap
            return output * window.stride.height - window.padding.top + flipped * window.dilation.height
          }))
      }
    }
  }

  @Test("a stride ignored on one axis")
  func ignoredStride() {
    expectCaught(by: .exactIntegers, "convolution") { backend in
      backend.kernel = { request in
        NaiveConvolution(
          request,
          NaiveConvolution.Indexing(column: { output, tap, geometry in
            output - geometry.window.padding.left + tap * geometry.window.dilation.width
          }))
      }
    }
  }

  @Test("an ignored dilation")
  func ignoredDilation() {
    expectCaught(by: .exactIntegers, "convolution") { backend in
      backend.kernel = { request in
        NaiveConvolution(
          request,
          NaiveConvolution.Indexing(row: { output, tap, geometry in
            output * geometry.window.stride.height - geometry.window.padding.top + tap
          }))
      }
    }
  }

  @Test("interleaved groups")
  func interleavedGroups() {
    expectCaught(by: .exactIntegers, "convolution") { backend in
      backend.kernel = { request in
        NaiveConvolution(
          request,
          NaiveConvolution.Indexing(channel: { output, input, geometry in
            input * geometry.groups + output / geometry.outputChannelsPerGroup
          }))
      }
    }
  }

  @Test("groups that all see the first one's channels")
  func firstGroupOnly() {
    expectCaught(by: .exactIntegers, "convolution") { backend in
      backend.kernel = { NaiveConvolution($0, NaiveConvolution.Indexing(channel: { _, input, _ in input })) }
    }
  }

  @Test("padding with top and bottom swapped")
  func swappedRows() {
    expectCaught(by: .exactIntegers, "convolution") { backend in
      backend.request = {
        try $0.padded { Padding(top: $0.bottom, bottom: $0.top, left: $0.left, right: $0.right) }
      }
    }
  }

  @Test("padding with left and right swapped")
  func swappedColumns() {
    expectCaught(by: .exactIntegers, "convolution") { backend in
      backend.request = {
        try $0.padded { Padding(top: $0.top, bottom: $0.bottom, left: $0.right, right: $0.left) }
      }
    }
  }

  @Test("a bias gradient without the last image")
  func biasGradientWithoutLastImage() {
    expectCaught(by: .exactIntegers, "bias gradient: at [") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .parameterGradients, let geometry = call.convolution, geometry.batch > 1,
          let gradient = call.outputGradient
        else { return }
        for channel in 0..<(call.biasGradient?.count ?? 0) {
          let start = ((geometry.batch - 1) * geometry.outputChannels + channel) * geometry.output.area
          call.biasGradient?[channel] -= gradient[start..<start + geometry.output.area].reduce(0, +)
        }
      }
    }
  }

  @Test("a weight gradient that is the last image's and not the sum")
  func weightGradientOfLastImage() {
    expectCaught(by: .exactIntegers, "weight gradient: at [") { backend in
      backend.spoil = { call in
        guard call.stage == .parameterGradients, let geometry = call.convolution else {
          return try call.proceed()
        }
        try call.proceed(while: call.outputGradient) { gradient in
          let last = gradient.count / geometry.batch * (geometry.batch - 1)
          for element in 0..<last { gradient[element] = 0 }
        }
      }
    }
  }

  @Test("an input gradient scaled by 1.001, in integers and in random numbers")
  func scaledInputGradient() {
    for check in [Conformance.Check.exactIntegers, .randomNumbers] {
      for operation in ["convolution", "dense"] {
        expectCaught(by: check, operation, "input gradient: at [") { backend in
          backend.spoil = { call in
            try call.proceed()
            guard call.stage == .inputGradient, call.operation.name == operation else { return }
            call.inputGradient?.change { $0 * 1.001 }
          }
        }
      }
    }
  }

  @Test("a weight gradient scaled by 1.001")
  func scaledWeightGradient() {
    expectCaught(by: .randomNumbers, "weight gradient: at [") { backend in
      backend.spoil = { call in
        try call.proceed()
        if call.stage == .parameterGradients { call.weightGradient?.change { $0 * 1.001 } }
      }
    }
  }

  @Test("an error of 1e-5 where the algorithm is direct")
  func smallError() {
    expectCaught(by: .exactIntegers, "convolution", "output: at [") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward, call.convolution != nil else { return }
        for element in call.output.indices {
          call.output[element] += element.isMultiple(of: 2) ? 1e-5 : -1e-5
        }
      }
    }
  }

  @Test("correct for a batch of 1 only")
  func firstImageOnly() {
    expectCaught(by: .exactIntegers, "convolution") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward, let geometry = call.convolution else { return }
        let count = call.output.count / geometry.batch
        for element in call.output.indices { call.output[element] = call.output[element % count] }
      }
    }
  }

  @Test("correct for multiples of 16 channels only")
  func fullVectorsOnly() {
    expectCaught(by: .exactIntegers, "convolution") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward, let geometry = call.convolution else { return }
        for element in call.output.indices {
          let channel = element / geometry.output.area % geometry.outputChannels
          if channel >= geometry.outputChannels / 16 * 16 { call.output[element] = 0 }
        }
      }
    }
  }

  @Test("a fused ReLU that is omitted")
  func fusedActivationLeftOut() {
    expectCaught(by: .exactIntegers, "fused relu") { backend in
      backend.request = { request in
        guard case .convolution(let geometry, .relu) = request.operation else { return request }
        var request = request
        request.operation = .convolution(geometry, activation: nil)
        return request
      }
    }
  }

  @Test("a fused ReLU whose gradient is omitted")
  func activationGradientLeftOut() {
    expectCaught(by: .exactIntegers, "fused relu", "gradient: at [") { backend in
      backend.spoil = { call in
        if call.stage != .activationGradient { try call.proceed() }
      }
    }
  }

  @Test("wrong in prediction only")
  func wrongPrediction() {
    expectCaught(by: .exactIntegers, "prediction") { backend in
      backend.spoil = { call in
        try call.proceed()
        if !call.request.isTraining { call.output[0] += 1 }
      }
    }
  }

  @Test("wrong as the first layer only")
  func wrongFirstLayer() {
    expectCaught(by: .exactIntegers, "trainingAsFirstLayer") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .parameterGradients, !call.request.needsInputGradient else { return }
        call.weightGradient?.change { $0 + 1 }
      }
    }
  }

  @Test("denormals flushed to zero")
  func flushedDenormals() {
    expectCaught(by: .nonFiniteSums, "output: at [") { backend in
      backend.spoil = { call in
        try call.proceed()
        if call.stage == .forward { call.output.change { $0.isSubnormal ? 0 : $0 } }
      }
    }
  }

  @Test("infinities clamped to the largest number")
  func clampedInfinities() {
    expectCaught(by: .nonFiniteSums, "convolution", "output: at [") { backend in
      backend.spoil = { call in
        try call.proceed()
        guard call.stage == .forward else { return }
        call.output.change { $0.isInfinite ? .greatestFiniteMagnitude : $0 }
      }
    }
  }

  @Test("a gradient that does not belong to the operation")
  func foreignGradient() {
    expectCaught(by: .adjointness, "differ") { backend in
      backend.spoil = { call in
        try call.proceed()
        if call.stage == .inputGradient { call.inputGradient?[0] += 1 }
      }
    }
  }
}

extension KernelRequest {
  /// The same request with another padding, if it is a convolution.
  fileprivate func padded(_ change: (Padding) -> Padding) throws -> KernelRequest {
    guard case .convolution(let geometry, let activation) = operation else { return self }
    let window = geometry.window
    let padded = try SlidingWindow(
      kernel: window.kernel, stride: window.stride, padding: change(window.padding), dilation: window.dilation
    )
    var request = self
    request.operation = .convolution(
      try ConvolutionGeometry(
        input: geometry.inputShape, outputChannels: geometry.outputChannels, window: padded,
        groups: geometry.groups, hasBias: geometry.hasBias),
      activation: activation)
    return request
  }
}
